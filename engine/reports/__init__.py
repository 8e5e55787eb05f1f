"""Figures over all deals of a store: each report is SQL over its tables, made into titled tables of typed cells."""
