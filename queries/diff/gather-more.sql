-- What a later part finds is added.
INSERT INTO {{target}} {{rows}}
