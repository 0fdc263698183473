"""What the product does for whoever asks, composed from the rooms within."""
