-- How long the values of each column are, by the first rows: enough to tell a column of comments from one of codes.
SELECT {{measures}} FROM (SELECT * FROM ({{rows}}) LIMIT {{most}})
