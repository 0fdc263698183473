"""Loading contract documents."""
