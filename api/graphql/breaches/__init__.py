"""Broken promises, and whose failure it was."""
