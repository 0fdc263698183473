"""Settling periods."""
