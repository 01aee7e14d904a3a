-- The places of one side's rows, with the hashes of what they may share with rows of the other.
SELECT {{values}} FROM {{rows}}
