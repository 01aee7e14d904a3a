/**
 * The one style block of every page. One colour per side (production blue, shadow orange), red only for a difference,
 * violet for inconclusive or regressed, amber for known, green for equal; each also has a word or a sign, because colours alone tell
 * nothing on paper or to a colour-blind reader. Labels are HTML, never SVG text, which would shrink with its picture.
 */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f7f7f5;--line:#e4e3df;--ink:#1d1d1b;--soft:#65645f;--bad:#b3261e;--bad-bg:#fdecea;--ok:#2a7147;--ok-bg:#d3e8dc;--known:#855a00;--known-bg:#f6e3b4;--open:#6f4fa3;--open-bg:#e9e0f6;--production:#2a5db0;--shadow:#a84e22;--mark:#ffd9a8;--bar:#d5d3cc;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media(prefers-color-scheme:dark){:root{--bg:#161615;--panel:#1f1f1d;--line:#35342f;--ink:#ecebe6;--soft:#a6a49d;--bad:#ff8a80;--bad-bg:#451f1c;--ok:#7fd1a0;--ok-bg:#20402f;--known:#e8c268;--known-bg:#4a3a12;--open:#bfa8e6;--open-bg:#3a2f50;--production:#8db4f5;--shadow:#f0a882;--mark:#6b4316;--bar:#47453f}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
main{max-width:1080px;margin:0 auto;padding:28px 24px 80px}
a{color:inherit;text-underline-offset:2px;text-decoration-color:var(--soft)}a:focus-visible,summary:focus-visible{outline:2px solid var(--production);outline-offset:2px;border-radius:3px}
h1{font-size:22px;line-height:1.3;margin:0;overflow-wrap:anywhere}h2{font-size:16px;margin:40px 0 10px}p{margin:6px 0}
code,.mono{font-family:var(--mono);font-size:.88em;overflow-wrap:anywhere}
.soft{color:var(--soft)}.crumb{color:var(--soft);font-size:13px;margin-bottom:10px}
.head{display:flex;gap:8px 12px;align-items:center;flex-wrap:wrap}
.chip{display:inline-block;font-size:12px;font-weight:600;line-height:1.5;padding:1px 9px;border-radius:99px;border:1px solid currentColor;white-space:nowrap}
.chip.mismatch,.chip.new,.chip.unknown{color:var(--bad)}.chip.known,.chip.resembles{color:var(--known)}.chip.match,.chip.match_agreed,.chip.resolved{color:var(--ok)}.chip.explained{color:var(--ink)}.chip.inconclusive,.chip.regressed,.chip.not_attributable{color:var(--open)}
.answer{font-size:19px;line-height:1.45;margin:14px 0 20px;max-width:60em}.answer b{font-weight:650}
.facts{display:flex;flex-wrap:wrap;gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:0}
.facts>div{flex:1 1 168px;background:var(--panel);padding:10px 14px}.facts dt{color:var(--soft);font-size:12px}.facts dd{margin:0;font-variant-numeric:tabular-nums;font-size:16px}.facts small{color:var(--soft);font-size:12px}.facts>div.wide{flex:2 1 340px}
.production{color:var(--production)}.shadow{color:var(--shadow)}
.alarms{list-style:none;margin:14px 0;padding:10px 16px;border:1px solid var(--bad);border-left-width:4px;border-radius:8px;background:var(--bad-bg)}.alarms li{margin:3px 0}.alarms b{color:var(--bad)}
.finding{border:1px solid var(--line);border-left:3px solid var(--bar);border-radius:8px;padding:14px 18px 16px;margin:12px 0}
.finding.explained{border-left-color:var(--bad)}.finding.resembles{border-left-color:var(--known)}.finding.not_attributable{border-left-color:var(--open)}
.finding h3{margin:0 0 4px;font-size:16px;display:flex;gap:4px 10px;align-items:center;flex-wrap:wrap}.finding .cause{color:var(--soft);font-size:13px;margin:0 0 8px}
svg{display:block}.parts{width:100%;height:14px;border-radius:3px;margin-top:12px}.share{width:100%;height:8px;border-radius:2px;margin-top:5px}
.fill-bar{fill:var(--bar)}.fill-bad{fill:var(--bad)}.fill-known{fill:var(--known)}.fill-open{fill:var(--open)}.fill-ok{fill:var(--ok)}
.legend{font-size:13px;color:var(--soft);display:flex;align-items:center;gap:4px 18px;flex-wrap:wrap;margin:6px 0 10px;padding:0;list-style:none}
.key{display:inline-block;width:11px;height:11px;border-radius:3px;vertical-align:-1px;margin-right:6px;background:var(--bar)}.key.bad{background:var(--bad)}.key.known{background:var(--known)}.key.open{background:var(--open)}.key.none{background:none;border:1px solid var(--bar)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{font-weight:500;color:var(--soft);font-size:12px;text-align:left}th.production{color:var(--production)}th.shadow{color:var(--shadow)}
th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:baseline}td:last-child,th:last-child{padding-right:0}
td.n,th.n{text-align:right;white-space:nowrap}tr.same td{border-bottom-color:transparent;padding-bottom:0}
td.val,.val{font-family:var(--mono);font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere}
table.values td.val{min-width:9em}table.values td.val:first-child{min-width:11em}td code,td .mono,td.name,td.pair{overflow-wrap:break-word}td.pair{min-width:17em}table.columns td:first-child{width:34%}table.columns td.val{min-width:22em}
mark{background:var(--mark);color:inherit;border-radius:2px;padding:0 1px}mark.gap{padding:0 2px}
.null{font-style:italic;color:var(--soft);font-family:var(--mono)}.cut{color:var(--soft);font-style:italic;font-family:system-ui,sans-serif}
details{margin-top:10px}summary{cursor:pointer;color:var(--soft);font-size:13px}details[open]>summary{margin-bottom:6px}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:10px 12px;overflow:auto;font:12.5px/1.5 var(--mono);margin:8px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}
.cell.inline{display:inline-flex;margin-right:2px}
.list{margin:6px 0;padding-left:1.2em}.list li{margin:3px 0}
.grid{width:auto;border-collapse:separate;border-spacing:0}.grid th,.grid td{white-space:nowrap;border:0;padding:2px 10px 2px 0}.grid td.job{padding-right:18px;font-size:13px;white-space:nowrap}.grid td.at{min-width:34px}
.cells{display:flex;flex-wrap:wrap;gap:3px;max-width:168px;padding:0;margin:0;list-style:none}.strip{max-width:none}
.cell{display:flex;align-items:center;justify-content:center;width:25px;height:22px;border-radius:4px;font:600 13px/1 var(--mono);text-decoration:none;background:var(--ok-bg);color:var(--ok)}
.cell.mismatch{background:var(--bad);color:var(--bg)}.cell.known{background:var(--known-bg);color:var(--known)}.cell.regressed{background:var(--open);color:var(--bg)}.cell.inconclusive{background:var(--open-bg);color:var(--open);outline:1px dashed var(--open);outline-offset:-1px}.cell.none{background:none;border:1px solid var(--bar);color:var(--soft)}.cell.here{outline:2px solid var(--ink);outline-offset:1px}a.cell:hover{filter:brightness(1.1)}
.ends{display:flex;justify-content:space-between;max-width:34em;font-size:12px;color:var(--soft);margin:5px 0 0}
.foot{margin-top:56px;padding-top:10px;border-top:1px solid var(--line);font-size:12px;color:var(--soft)}
@media(max-width:640px){
main{padding:18px 16px 56px}.answer{font-size:17px}h1{font-size:19px}h2{margin-top:32px}.finding{padding:12px 14px 14px}
table.stack,table.stack tbody,table.stack tr,table.stack td{display:block;width:auto}table.stack tr.titles{display:none}
table.stack td{border:0;padding:2px 0;text-align:left;white-space:normal}table.stack td[data-label]::before{content:attr(data-label);display:block;font:12px/1.4 system-ui,sans-serif;color:var(--soft);white-space:normal}
table.stack td.production[data-label]::before{color:var(--production)}table.stack td.shadow[data-label]::before{color:var(--shadow)}
table.stack td.n[data-label]:not(:empty){display:inline-flex;gap:7px;margin-right:18px}table.stack td.n[data-label]::before{display:inline}
table.stack td:empty{display:none}table.stack td.val,table.values td.val:first-child,table.stack td.pair,table.columns td:first-child{min-width:0;width:auto}table.stack tr{padding:10px 0;border-bottom:1px solid var(--line)}table.stack tr.same{border-bottom:0;padding-bottom:0}
}
@media print{body{font-size:11px}main{max-width:none;padding:0}.answer{font-size:14px}details::details-content{content-visibility:visible;display:block;block-size:auto}.finding,tr{break-inside:avoid}.cell,.key,mark,.parts,.share{print-color-adjust:exact}}
`;
