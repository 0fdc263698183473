"""What a machine asks over plain HTTP: whether the service lives, and whether it can answer."""
