-- How many rows of each kind there are, how many of each column, and the keys of those that differ, by their hash.
SELECT
  {{part}} AS part,
  list(key_hash) FILTER (WHERE NOT is_in_shadow) AS production_keys,
  list(key_hash) FILTER (WHERE NOT is_in_production) AS shadow_keys,
  list(key_hash) FILTER (WHERE is_paired AND is_changed) AS changed_keys,
  count(*) FILTER (WHERE is_paired) AS paired,
  count(*) FILTER (WHERE NOT is_in_shadow) AS only_in_production,
  count(*) FILTER (WHERE NOT is_in_production) AS only_in_shadow,
  count(*) FILTER (WHERE is_in_production AND production_key_is_null) AS production_nulls,
  count(*) FILTER (WHERE is_in_shadow AND shadow_key_is_null) AS shadow_nulls,
  count(*) FILTER (WHERE is_paired AND differs_in_rest) AS differing_in_rest,
  count(*) FILTER (WHERE is_paired AND is_changed) AS changed,
  count(*) FILTER (WHERE is_paired AND NOT is_changed AND is_agreed) AS agreed,
  coalesce(bit_xor(all_blocks) FILTER (WHERE is_paired), 0) AS all_blocks,
  {{columns}}
FROM ({{pairs}})
