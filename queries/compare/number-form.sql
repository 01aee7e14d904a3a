-- Text that is a number, as its digits and a power of ten: 1.50, +1.5 and 15e-1 are all 15e-1, and 0, -0 and 0.00 are 0.
-- No digit is lost, since nothing becomes a number of the engine. Any other text stays as it is, and so does one with an
-- exponent of more than nine digits.
CASE WHEN regexp_full_match({{text}}, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,9})?') THEN list_transform(
  [struct_pack(
    digits := ltrim(regexp_extract({{text}}, '^[+-]?([0-9]*)', 1) || regexp_extract({{text}}, '[.]([0-9]*)', 1), '0'),
    power := coalesce(TRY_CAST(regexp_extract({{text}}, '[eE][+]?(-?[0-9]+)$', 1) AS BIGINT), 0)
      - length(regexp_extract({{text}}, '[.]([0-9]*)', 1))
  )],
  lambda number: CASE WHEN number.digits = '' THEN '0' ELSE
    CASE WHEN starts_with({{text}}, '-') THEN '-' ELSE '' END || rtrim(number.digits, '0')
      || CASE WHEN number.power + length(number.digits) - length(rtrim(number.digits, '0')) = 0 THEN ''
        ELSE 'e' || CAST(number.power + length(number.digits) - length(rtrim(number.digits, '0')) AS VARCHAR) END
  END
)[1] ELSE {{text}} END
