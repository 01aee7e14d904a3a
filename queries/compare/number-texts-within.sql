-- Whether two numbers as number-form.sql writes them lie within a tolerance, to the last digit: both are counted in units of the
-- smallest power of ten among them and the limit, as integers without an end. A share of the larger is a double, as it is
-- everywhere; beyond the powers of ten that doubles have, both are moved there first. Any other text, and a number
-- of more than a thousand digits or with a power of ten beyond a thousand, lies within no tolerance.
coalesce(list_transform(
  [struct_pack(
    p_digits := regexp_extract({{p}}, '^(-?[0-9]+)(e-?[0-9]+)?$', 1),
    s_digits := regexp_extract({{s}}, '^(-?[0-9]+)(e-?[0-9]+)?$', 1),
    p_power := coalesce(TRY_CAST(regexp_extract({{p}}, 'e(-?[0-9]+)$', 1) AS BIGINT), 0),
    s_power := coalesce(TRY_CAST(regexp_extract({{s}}, 'e(-?[0-9]+)$', 1) AS BIGINT), 0)
  )],
  lambda two: CASE
    WHEN two.p_digits = '' OR two.s_digits = '' THEN false
    WHEN greatest(length(two.p_digits), length(two.s_digits)) > 1000 THEN false
    WHEN greatest(abs(two.p_power), abs(two.s_power)) > 1000 THEN false
    ELSE list_transform(
      [struct_pack(
        p := two.p_digits || repeat('0', two.p_power - least(two.p_power, two.s_power, CAST($limit_power AS BIGINT))),
        s := two.s_digits || repeat('0', two.s_power - least(two.p_power, two.s_power, CAST($limit_power AS BIGINT))),
        most := $limit_digits || repeat('0', CAST($limit_power AS BIGINT) - least(two.p_power, two.s_power, CAST($limit_power AS BIGINT))),
        power := least(two.p_power, two.s_power, CAST($limit_power AS BIGINT))
      )],
      lambda units: list_transform(
        [struct_pack(
          apart := CAST(units.p AS BIGNUM) - CAST(units.s AS BIGNUM),
          -- The larger one has so many digits before the point; that is the power to move by.
          far := greatest(length(ltrim(units.p, '-0')), length(ltrim(units.s, '-0'))) + units.power
        )],
        lambda found:
          (found.apart <= CAST(units.most AS BIGNUM) AND found.apart >= CAST('-' || units.most AS BIGNUM))
          OR list_transform(
            [units.power - CASE WHEN abs(found.far) > 290 THEN found.far ELSE 0 END],
            lambda power: CAST(ltrim(CAST(found.apart AS VARCHAR), '-') || 'e' || power AS DOUBLE)
              <= CAST($share AS DOUBLE) * greatest(CAST(ltrim(units.p, '-') || 'e' || power AS DOUBLE), CAST(ltrim(units.s, '-') || 'e' || power AS DOUBLE))
          )[1]
      )[1]
    )[1]
  END
)[1], false)
