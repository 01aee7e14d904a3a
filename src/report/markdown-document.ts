/** A Markdown document that stays within a limit, and says what it left out. */

/** A heading and text, then lines that may be cut from the end: rows of a table, items. */
export interface MarkdownSection {
  /** For saying what was cut. */
  readonly name: string;
  readonly head: string;
  readonly lines: readonly string[];
}

/** Code hosts take comments of 65,536 characters. */
export const MARKDOWN_MAX = 60_000;

/** Room for the sentence about what was cut. */
const RESERVE = 1_000;

/** Sections in their order, as far as there is room; later ones are cut first. */
export function markdownDocument(sections: readonly MarkdownSection[]): string {
  const parts: string[] = [];
  const cut: string[] = [];
  let room = MARKDOWN_MAX - RESERVE;
  for (const { name, head, lines } of sections) {
    if (head.length + 2 > room) {
      cut.push(name);
      continue;
    }
    const kept: string[] = [];
    room -= head.length + 2;
    for (const line of lines) {
      if (line.length + 1 > room) break;
      room -= line.length + 1;
      kept.push(line);
    }
    if (kept.length < lines.length) cut.push(`${name} (${lines.length - kept.length} of ${lines.length} lines)`);
    parts.push([head, ...kept].join('\n'));
  }
  if (cut.length > 0)
    parts.push(
      `*Cut to stay below 60,000 characters: ${cut.slice(0, 20).join(', ')}${cut.length > 20 ? ` and ${cut.length - 20} more` : ''}.*`,
    );
  return `${parts.join('\n\n')}\n`;
}

/** A row of a table out of pieces that are Markdown already. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A table's title row with its ruler; `numbers` are the columns of numbers. */
export function tableHead(titles: readonly string[], numbers: readonly number[] = []): string {
  return `${tableRow(titles)}\n|${titles.map((_, index) => (numbers.includes(index) ? ' ---: ' : ' --- ')).join('|')}|`;
}
