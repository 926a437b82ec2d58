from tests.store.databases import database, migrated_file, postgres, url

__all__ = ["database", "migrated_file", "postgres", "url"]
