-- A table that a statement may ask of, also while nothing was logged yet.
CREATE TABLE {{table}} ({{columns}})
