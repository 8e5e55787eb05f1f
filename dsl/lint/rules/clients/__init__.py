"""Rules about clients, priorities and people."""
