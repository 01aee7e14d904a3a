-- Evaluates an expression for every row of a side, and nothing else: a count would not look at the values.
SELECT bit_xor(hash({{expression}})) FROM {{from}} WHERE {{condition}}
