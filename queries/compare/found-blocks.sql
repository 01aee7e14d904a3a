-- What differs of the blocks of columns in the rows that are kept: rows that agree leave nothing.
SELECT xor(
  (SELECT coalesce(bit_xor(all_blocks), 0) FROM production_rows),
  (SELECT coalesce(bit_xor(all_blocks), 0) FROM shadow_rows)
)
