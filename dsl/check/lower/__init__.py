"""From sentences to the frozen definition."""
