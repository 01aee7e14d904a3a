-- Which left-over row goes with which: each row at most once on either side.
CREATE OR REPLACE TEMP TABLE partners (
  production_file INTEGER, production_row BIGINT, shadow_file INTEGER, shadow_row BIGINT
)
