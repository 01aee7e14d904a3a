SELECT
  (SELECT application_id FROM pragma_application_id()) AS application_id,
  (SELECT user_version FROM pragma_user_version()) AS version,
  (SELECT count(*) FROM sqlite_schema) AS objects
