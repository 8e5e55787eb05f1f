"""Care of a store: backups, restoring, compacting, retention, and whether machine and settings can be relied on."""
