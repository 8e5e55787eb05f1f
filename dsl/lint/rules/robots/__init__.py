"""Rules about robots, messages and what they do to clients."""
