"""The ground floor: settings, text, keys, database engine, column types, migrations."""
