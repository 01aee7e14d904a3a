-- A table of the catalog, exported as JSON lines.
CREATE TABLE {{table}} AS
SELECT * FROM read_json($files, format => 'newline_delimited')
