"""Settling years that might be: the same rules, compiled for ten thousand years at once."""
