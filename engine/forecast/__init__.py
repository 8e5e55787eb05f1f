"""Forecast: what open deals will bring, from how deals have really moved, and whether declared probabilities hold."""
