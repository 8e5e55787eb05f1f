"""Rules about tasks: who does what by when."""
