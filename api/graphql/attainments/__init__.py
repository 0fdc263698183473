"""What service levels came to."""
