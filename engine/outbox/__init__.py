"""The outbox's delivery: effects go out in order, at least once, and whatever cannot becomes an incident."""
