-- Rows on one side to show: the first, the last, and some spread evenly between, in the order of the files.
SELECT {{cells}}
FROM {{rows}}
WHERE ("file", "row") IN (
  SELECT (place.place_file, place.place_row)
  FROM (
    SELECT unnest(quantile_disc({'place_file': "file", 'place_row': "row"}, [{{places}}])) AS place
    FROM {{rows}} WHERE twin IS NOT DISTINCT FROM $twin
  )
)
ORDER BY "file", "row"
