-- The same where no key stands twice on either side: a row is left over if the other side has none like it. Numbering
-- copies and rows of one key takes windows, which cost five times this.
CREATE TEMP TABLE {{target}} AS
SELECT r.*, false AS has_identical, 1 AS nth
FROM {{rows}} AS r ANTI JOIN {{other_rows}} AS o USING (h)
