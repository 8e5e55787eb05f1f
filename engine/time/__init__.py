"""Instants, wall clocks, working time and recurrences: pure functions, and `now` is always an argument."""
