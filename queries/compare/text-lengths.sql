-- How long the values of columns are, by the first rows: enough to tell a column of comments from one of codes.
SELECT {{lengths}} FROM (SELECT * FROM ({{rows}}) LIMIT 2000)
