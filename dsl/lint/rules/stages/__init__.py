"""Rules about stages: how many, what each needs, what leads on."""
