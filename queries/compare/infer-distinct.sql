-- How many values each combination of columns has among the rows looked at; NULL is one of them.
SELECT count(*), {{counts}} FROM infer_sample
