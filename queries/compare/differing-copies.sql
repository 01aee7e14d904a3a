-- Of the hashes in these buckets those that do not stand as often on both sides.
INSERT INTO differing_hash
SELECT h, sum(sign) > 0
FROM (
  SELECT h, 1 AS sign FROM production_hash WHERE {{bucket}} IN (SELECT bucket FROM {{buckets}})
  UNION ALL
  SELECT h, -1 AS sign FROM shadow_hash WHERE {{bucket}} IN (SELECT bucket FROM {{buckets}})
)
GROUP BY h
HAVING sum(sign) <> 0
