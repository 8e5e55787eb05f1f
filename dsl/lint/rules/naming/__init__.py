"""Rules about the names of stages and reasons, by morphology."""
