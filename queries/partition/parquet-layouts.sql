-- One row per distinct layout: the position (from 0) of the first file that has it. What is optional or required does
-- not matter, nor do field ids and the name of the root.
WITH layout AS (
  SELECT
    list_position($files, file_name) - 1 AS file,
    md5(string_agg(
      to_json([
        CASE WHEN column_id = 0 THEN NULL ELSE name END, type, type_length, CAST(num_children AS VARCHAR), converted_type,
        CAST(scale AS VARCHAR), CAST("precision" AS VARCHAR), logical_type, CAST(repetition_type = 'REPEATED' AS VARCHAR)
      ]),
      ',' ORDER BY column_id
    )) AS layout
  FROM parquet_schema($files)
  GROUP BY file_name
)
SELECT min(file) AS file
FROM layout
GROUP BY layout
ORDER BY file
