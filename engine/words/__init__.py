"""What the engine says to people: refusals, tasks and changes in words, in English and Russian."""
