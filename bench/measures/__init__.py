"""The measures of bench/run.py, one file each."""
