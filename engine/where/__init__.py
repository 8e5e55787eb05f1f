"""Where: conditions of the language asked of all stored deals, in SQL where that means exactly the same."""
