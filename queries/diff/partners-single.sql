-- Rows whose key stands once among the left-over rows of each side: one join, no window.
INSERT INTO partners
SELECT p."file", p."row", s."file", s."row"
FROM (SELECT * FROM leftover_production WHERE {{is_single}}) AS p
JOIN (SELECT * FROM leftover_shadow WHERE {{is_single}}) AS s ON {{same_key}}
