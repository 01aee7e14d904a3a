SELECT {{columns}}
FROM {{table}}
ORDER BY {{written_order}}
