"""Customers, the provider, vendors and teams."""
