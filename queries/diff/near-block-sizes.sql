-- How many pairs the blocks of each size make.
SELECT CAST(size AS INTEGER), CAST(sum(pairs) AS BIGINT) FROM near_blocks WHERE size <= {{size_max}} GROUP BY size ORDER BY size
