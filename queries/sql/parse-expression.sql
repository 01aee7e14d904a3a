-- The syntax tree of a user's expression, as it stands and inside parentheses: only what closes its own quotes,
-- comments and parentheses has the same tree both times.
SELECT json_object(
  'plain', json_serialize_sql('SELECT ' || $expression::VARCHAR),
  'wrapped', json_serialize_sql('SELECT (' || $expression::VARCHAR || chr(10) || ')')
)::VARCHAR
