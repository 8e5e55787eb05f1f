"""V5xx: what can and cannot happen: stages, gates, cycles, deadlines."""
