SELECT outcome AS counted, comparisons AS count
FROM comparison_tally
