"""Agreements and what they promise."""
