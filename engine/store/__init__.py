"""The durable store: an append-only log of what came in and what it changed, and tables derived from it (SQLite)."""
