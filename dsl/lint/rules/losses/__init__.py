"""Rules about losses and their reasons."""
