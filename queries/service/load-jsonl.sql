-- Rows as JSON lines, an object a row; the columns as they are declared, because an empty file would not tell them.
INSERT INTO {{table}}
SELECT *
FROM read_json($files, format => 'newline_delimited', columns => {{columns}})
