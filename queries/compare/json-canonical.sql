-- A JSON document as one line per member, its path and its value, in the order of the paths: equal for two documents that
-- differ in the order of keys, white space, escapes and the notation of numbers only. NULL where the text is no JSON, or an
-- object has a key twice: what reads it may take either.
-- The numbers become text first, in their canonical form, since the engine's JSON goes through doubles. A string and a key
-- keep no character that means something in a path or a line. The order is one that later rules of case and Unicode form
-- do not change, and the first character is one that no text which people write begins with.
(
  SELECT CASE WHEN len(list(fullkey)) = list_unique(list(fullkey)) THEN chr(1) || string_agg(line, chr(10) ORDER BY lower(nfc_normalize(line)), line) END
  FROM (
    SELECT fullkey, fullkey || '=' || CASE "type" WHEN 'OBJECT' THEN '{}' WHEN 'ARRAY' THEN '[]' ELSE coalesce(CAST(atom AS VARCHAR), 'null') END AS line
    FROM json_tree(array_to_string(list_transform(
      regexp_extract_all({{document}}, '"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^"0-9-]+|["-]'),
      lambda token: CASE
        WHEN starts_with(token, '"') THEN CASE WHEN regexp_matches(token, '[\\%.\[#]')
          THEN CAST(to_json(replace(replace(replace(replace(replace(json_extract_string(token, '$'),
            '%', '%25'), '.', '%2E'), '[', '%5B'), '#', '%23'), chr(10), '%0A')) AS VARCHAR)
          ELSE token END
        WHEN regexp_matches(token, '^-?[0-9]') THEN '"#' || {{number}} || '"'
        ELSE token END
    ), ''))
  )
)
