"""Text becomes a checked, frozen definition: no clock, no store."""
