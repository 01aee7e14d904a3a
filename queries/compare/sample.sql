-- A share of the keys by their hash: the same keys on both sides.
WITH side AS ({{side}})
SELECT * FROM side WHERE hash({{key}}) % {{steps}} < {{kept}}
