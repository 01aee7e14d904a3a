-- The rows of one side that were kept in the session.
SELECT * FROM {{rows}}
