SET VARIABLE {{variable}} = [{{paths}}]
