/**
 * What an expression of a user may call: pure functions of their arguments. Left out on purpose: whatever reads files,
 * settings, variables, the catalog, the clock or a sequence; what is random; what raises errors or sleeps; what makes
 * rows (`unnest`); what makes big values out of small ones (`repeat`, `range`). An operator is a function of its name.
 */
const lines = (text: string) => text.split(/\s+/).filter((name) => name !== '');

export const SCALAR_FUNCTIONS: ReadonlySet<string> = new Set(
  lines(`
    + - * / // % ** ^ & | ~ << >> ||  ~~ !~~ ~~* !~~* ~~~ ^@ ->> @> <@ && @ !__postfix
    like_escape not_like_escape ilike_escape not_ilike_escape

    lower upper lcase ucase trim ltrim rtrim lpad rpad left right left_grapheme right_grapheme length len strlen
    char_length character_length length_grapheme octet_length bit_length substr substring substring_grapheme replace
    reverse translate concat concat_ws contains starts_with ends_with prefix suffix instr strpos position ascii chr ord
    unicode split_part split str_split string_split string_to_array strip_accents nfc_normalize format printf
    regexp_matches regexp_full_match regexp_replace regexp_extract regexp_extract_all regexp_split_to_array regexp_escape
    levenshtein damerau_levenshtein jaccard jaro_similarity jaro_winkler_similarity hamming md5 sha1 sha256 hash hex unhex
    to_hex from_hex base64 to_base64 from_base64 encode decode url_encode url_decode bin to_binary from_binary

    abs ceil ceiling floor round round_even roundbankers trunc sign signbit sqrt cbrt exp ln log log10 log2 pow power mod
    fmod fdiv divide multiply add subtract gcd lcm greatest least isnan isinf isfinite pi degrees radians sin cos tan cot
    asin acos atan atan2 even factorial bit_count xor nextafter

    date_part datepart date_trunc datetrunc date_diff datediff date_sub datesub date_add year month day hour minute second
    millisecond microsecond nanosecond quarter week weekday weekofyear dayofweek dayofmonth dayofyear isodow isoyear
    yearweek decade century millennium era julian dayname monthname last_day days_in_month epoch epoch_ms epoch_us epoch_ns
    make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz to_timestamp strftime strptime
    try_strptime time_bucket timezone timezone_hour timezone_minute normalized_interval to_years to_months to_weeks to_days
    to_hours to_minutes to_seconds to_milliseconds to_microseconds to_quarters to_decades to_centuries to_millennia

    json json_extract json_extract_path json_extract_string json_extract_path_text json_value json_exists json_contains
    json_type json_valid json_keys json_array_length json_array json_object json_quote json_structure json_merge_patch
    to_json

    nullif list_value list_pack list_contains list_has list_has_any list_has_all list_position list_indexof list_sort
    list_reverse_sort list_reverse list_distinct list_unique list_concat list_cat list_append list_prepend list_extract
    list_element list_slice list_intersect list_transform list_apply list_filter list_sum list_min list_max list_count
    list_first list_last list_string_agg array_to_string array_length array_contains array_extract array_slice array_sort
    array_distinct array_value flatten struct_pack struct_extract struct_extract_at row map map_extract map_extract_value
    map_keys map_values map_entries map_contains element_at cardinality typeof uuid_extract_version
    uuid_extract_timestamp
  `),
);

export const AGGREGATE_FUNCTIONS: ReadonlySet<string> = new Set(
  lines('count count_star count_if sum avg min max bool_and bool_or bit_and bit_or bit_xor any_value median mode'),
);

/**
 * What a whole statement may call besides: it is run once, over our own logs, so it may ask for the time, and its lists
 * and texts are held to the memory of a process that is thrown away.
 */
export const STATEMENT_FUNCTIONS: ReadonlySet<string> = new Set(
  lines(`
    approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin
    array_agg bitstring_agg corr countif covar_pop covar_samp entropy favg first fsum group_concat histogram
    histogram_exact kahan_sum kurtosis kurtosis_pop last list listagg mad max_by min_by product quantile quantile_cont
    quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
    reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum_no_overflow sumkahan var_pop var_samp
    variance

    now today get_current_timestamp transaction_timestamp current_localtimestamp current_localtime get_current_time age
  `),
);

/** Without parentheses these read as columns, and where the table has none of that name, as the clock or the session. */
export const VALUE_KEYWORDS: ReadonlySet<string> = new Set(
  lines(`
    current_date current_time current_timestamp localtime localtimestamp current_user current_role current_catalog
    current_schema session_user
  `),
);
