"""Ready definitions with their scenarios and templates; data only, no code."""
