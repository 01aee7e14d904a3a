-- How every candidate cause fares on a column: hits among the cells left to explain (source 0), cells at risk there, among
-- cells explained before (1), among rows without a partner (2), among all rows of the reference (3) and, where those are some
-- only, among rows that differ in other columns (4), which are all there.
-- Prices are whole thousandths of a bit, so that their sums do not depend on the order of the rows.
WITH cells AS (
  SELECT CASE WHEN {{explained}} THEN 1 ELSE 0 END AS source, {{reference}} AS reference, {{candidate}} AS candidate,
    (hash(pair) >> 32) & 1 = 1 AS is_second_half
  FROM {{looked_at}} WHERE {{differs}} AND hash(pair) % {{cell_step}} = 0
  UNION ALL
  SELECT 2, {{value}}, NULL, false FROM {{partnerless}}
  UNION ALL
  SELECT 3, {{value}}, NULL, false FROM ({{population}}) AS reference_rows WHERE {{sampled}}
  UNION ALL
  SELECT 4, {{reference}}, NULL, false FROM changed_rows WHERE {{is_told_apart}} AND NOT {{differs}} AND {{changed_sampled}}
), forms AS (
  SELECT *, {{reference_form}} AS reference_form, {{candidate_form}} AS candidate_form FROM cells
), frequencies AS (
  SELECT reference_form AS form, count(*) AS frequency FROM forms WHERE source = 3 GROUP BY ALL
), totals AS (
  SELECT coalesce(sum(frequency), 0) AS row_count, count(*) AS value_count FROM frequencies
), priced AS (
  SELECT forms.*, CASE WHEN source = 0 THEN CAST(round(1000 * least(
      CASE WHEN frequency IS NULL THEN log2(row_count + 1) + least(128, 8 * strlen(coalesce(CAST(candidate_form AS VARCHAR), '')))
           ELSE -log2((frequency + 0.5) / (row_count + 0.5 * value_count + 1)) END,
      12 + 8 * strlen(coalesce(CAST(candidate_form AS VARCHAR), '')))) AS BIGINT) END AS price
  FROM forms LEFT JOIN frequencies ON form IS NOT DISTINCT FROM candidate_form CROSS JOIN totals
), predicted AS (
  SELECT *, {{predictions}} FROM priced
), judged AS (
  SELECT source, price, is_second_half, {{judgements}} FROM predicted
)
SELECT source, count(*) AS cell_count, coalesce(sum(price), 0) AS price, count_if(is_second_half) AS second_half, {{measures}}
FROM judged
GROUP BY source
