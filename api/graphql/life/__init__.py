"""What falls due, what was negotiated, and how versions differ."""
