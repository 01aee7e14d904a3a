-- What is made from here on is gone after a rollback: one statement takes back every table of the keyed pass.
BEGIN TRANSACTION
