"""Method lint: what a pipeline may say but should not, by rules that can be chosen, weighed and answered."""
