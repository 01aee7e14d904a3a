-- A log's files as one table. Those of earlier versions may lack columns, which the declared ones make up for.
CREATE VIEW {{view}} AS
SELECT {{columns}}
FROM (
  SELECT {{declared}}
  WHERE false
  UNION ALL BY NAME
  SELECT *
  FROM read_parquet(getvariable({{variable}}), union_by_name => true, hive_partitioning => false)
)
