-- Pairs of rows, the best first. Numbers follow the order of the files, so that no two pairs are equally good.
SELECT production_nth, shadow_nth
FROM (
  SELECT c.production_nth, c.shadow_nth, {{agreeing}} AS agreeing, {{equal}} AS equal
  FROM ({{pairs}}) AS c
  JOIN candidate_production AS pc ON pc.nth = c.production_nth
  JOIN {{production}} AS p ON p."file" = pc."file" AND p."row" = pc."row"
  JOIN candidate_shadow AS sc ON sc.nth = c.shadow_nth
  JOIN {{shadow}} AS s ON s."file" = sc."file" AND s."row" = sc."row"
  WHERE {{condition}}
)
WHERE agreeing >= {{agreeing_min}}
ORDER BY agreeing DESC, equal DESC, production_nth, shadow_nth
