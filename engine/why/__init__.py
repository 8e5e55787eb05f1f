"""Why and why not: what was looked at, decided anew from the log with traced conditions; what would let a deal in."""
