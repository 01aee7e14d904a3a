{{block}} IN (SELECT block FROM {{frequent}})
