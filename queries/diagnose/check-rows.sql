-- For people: the rows of one side whose key the other side lacks.
SELECT {{alias}}.*
FROM {{here}}
WHERE NOT EXISTS (SELECT 1 FROM {{there}} WHERE {{same_key}})
ORDER BY {{key}}
