"""Suppliers and their systems: what comes from other people's tools, and how it is judged."""
