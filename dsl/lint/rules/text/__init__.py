"""Rules about the files themselves: what is declared and never used."""
