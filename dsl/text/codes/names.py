"""V3xx: names that are unknown, misspelt, doubled or out of place."""
