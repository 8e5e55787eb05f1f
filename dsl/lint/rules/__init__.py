"""The rules, one file each, in a folder for each category; the registry finds them by listing these folders."""
