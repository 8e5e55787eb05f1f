"""`voronka test` as people and programs read it: results, coverage, mutation score, watching."""
