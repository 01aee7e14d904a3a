CREATE TEMP VIEW paired_rows AS
SELECT * FROM row_differences WHERE production_file IS NOT NULL AND shadow_file IS NOT NULL
