"""The frozen definition: what a checked pipeline file means, as plain data that engine, docs and diagrams read."""
