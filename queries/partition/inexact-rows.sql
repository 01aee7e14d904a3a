-- By column, the first row whose text is not exactly a value of the declared type.
SELECT {{first_rows}}
{{rows}}
