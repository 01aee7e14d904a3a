-- The syntax tree of a user's statement; only SELECT statements have one.
SELECT json_serialize_sql($statement::VARCHAR)::VARCHAR
