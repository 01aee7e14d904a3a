PRAGMA user_version = {{version}}
