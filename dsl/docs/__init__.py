"""Readable forms: the one-page scheme of a pipeline (R14), its handbook (R3, R67), the pages of diagnostic codes."""
