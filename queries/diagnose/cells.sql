-- Differing cells to show, in the order of the key.
SELECT {{cells}}
FROM ({{rows}}) AS shown
ORDER BY pair
