-- For people: the rows in which the candidate holds what the cause predicts.
SELECT {{cells}}
FROM production AS p JOIN shadow AS s ON {{same_key}}
WHERE {{hit}} AND {{differs}}
ORDER BY {{key}}
