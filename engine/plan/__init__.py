"""What an edited definition does to live deals, before it does it; applying it, going back, watching files (U3, U4)."""
