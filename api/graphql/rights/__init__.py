"""Rights to end agreements."""
