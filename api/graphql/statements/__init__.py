"""Credits by agreement and period."""
