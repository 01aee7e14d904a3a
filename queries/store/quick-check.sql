-- One row that says ok, or what is damaged: pages and indexes are walked, the contents of indexes are not compared.
PRAGMA quick_check(1)
