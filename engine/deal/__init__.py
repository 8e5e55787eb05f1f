"""One deal: its state, the changes that make it up, what comes in and what a decision says."""
