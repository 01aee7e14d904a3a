SELECT {{columns}}
FROM {{table}}
ORDER BY rowid
