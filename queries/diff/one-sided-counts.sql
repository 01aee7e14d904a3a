SELECT (SELECT count(*) FROM only_in_production), (SELECT count(*) FROM only_in_shadow)
