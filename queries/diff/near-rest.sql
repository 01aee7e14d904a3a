-- Left-over rows of one side that have no partner yet.
CREATE OR REPLACE TEMP TABLE {{target}} AS
SELECT l.*
FROM {{leftover}} AS l
ANTI JOIN partners AS r ON r.{{file}} = l."file" AND r.{{row}} = l."row"
