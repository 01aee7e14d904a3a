-- Rows by their numbers become partners.
INSERT INTO partners
SELECT p."file", p."row", s."file", s."row"
FROM (
  SELECT unnest(CAST(string_split($production, ',') AS INTEGER[])) AS production_nth,
    unnest(CAST(string_split($shadow, ',') AS INTEGER[])) AS shadow_nth
) AS t
JOIN candidate_production AS p ON p.nth = t.production_nth
JOIN candidate_shadow AS s ON s.nth = t.shadow_nth
