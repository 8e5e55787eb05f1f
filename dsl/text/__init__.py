"""Sources, spans and diagnostics: what every message about a text is made of."""
