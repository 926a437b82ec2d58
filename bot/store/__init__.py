"""store: the only SQL. Rows in, snapshots out; one transaction a use case; SQLite and Postgres alike."""
