"""One style for every file: a text is laid out anew, and nothing in it but white space changes."""
