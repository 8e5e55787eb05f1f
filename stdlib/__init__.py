"""Modules written in the language itself, and the typed functions and calendars they stand on."""
