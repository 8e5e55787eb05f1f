"""Event logs of other systems: read, mined into a drafted pipeline, and held against a declared one (U12)."""
