SELECT count(*) AS entries
FROM owed
