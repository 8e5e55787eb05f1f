"""What a name says: morphology of stage names in Russian and English, proposals, near-duplicates. Pure functions."""
