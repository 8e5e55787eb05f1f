"""Deals brought in from tables: rows are bound to a pipeline and happen at their own dates."""
