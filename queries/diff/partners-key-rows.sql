-- The left-over rows of one side whose keys make groups.
SELECT l."file", l."row", g.key_hash, g.part
FROM (SELECT "file", "row", hash({{key}}) AS key_hash FROM {{rows}}) AS l JOIN key_groups AS g USING (key_hash)
