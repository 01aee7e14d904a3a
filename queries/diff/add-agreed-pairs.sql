INSERT INTO partners SELECT * FROM agreed_pairs
