-- Changed rows with a differing cell that no cause explains.
SELECT count(*) FROM changed_rows WHERE {{uncovered}}
