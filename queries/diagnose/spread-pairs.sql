-- Of differing cells how many there are, and the pairs of the first, the last, and some spread evenly between.
SELECT count(*), quantile_disc(pair, [{{places}}]) FROM {{rows}} WHERE {{condition}}
