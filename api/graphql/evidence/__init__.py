"""What was observed, and taking more of it in."""
