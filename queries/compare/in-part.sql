-- Whether a row lies in a bucket of this part of all.
{{bucket}} % {{parts}} = {{part}}
