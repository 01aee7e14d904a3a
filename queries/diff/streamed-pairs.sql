-- All rows of both sides side by side, by a key that stands once; a row without a partner beside nothing.
SELECT *, is_in_production AND is_in_shadow AS is_paired
FROM (
  SELECT p.place AS pair,
    CAST(p.place >> 40 AS INTEGER) AS production_file, p.place & 1099511627775 AS production_row,
    CAST(s.place >> 40 AS INTEGER) AS shadow_file, s.place & 1099511627775 AS shadow_row,
    p.is_there IS NOT NULL AS is_in_production, s.is_there IS NOT NULL AS is_in_shadow,
    p.rest IS DISTINCT FROM s.rest AS differs_in_rest, hash({{key}}) AS key_hash, {{all_blocks}} AS all_blocks,
    {{production_key_is_null}} AS production_key_is_null, {{shadow_key_is_null}} AS shadow_key_is_null,
    {{values}}
  FROM ({{production}}) AS p FULL JOIN ({{shadow}}) AS s ON {{same_key}}
)
