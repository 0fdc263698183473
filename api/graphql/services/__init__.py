"""What parties run for others, and the graph of what stands on what."""
