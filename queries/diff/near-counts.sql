-- How many rows of either side are looked at.
SELECT (SELECT count(*) FROM {{production}}), (SELECT count(*) FROM {{shadow}})
