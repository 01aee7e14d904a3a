-- What an expression gives over the rows of a side.
SELECT {{expression}} FROM {{from}}
