-- Rows on one side only, by what the other side holds for them.
SELECT 'production' AS side, twin, count(*) AS row_count FROM only_in_production GROUP BY ALL
UNION ALL
SELECT 'shadow' AS side, twin, count(*) AS row_count FROM only_in_shadow GROUP BY ALL
