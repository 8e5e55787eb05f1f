"""Expressions: every node of the syntax tree becomes a typed one, or is reported and of unknown type."""
