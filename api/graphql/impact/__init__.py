"""What a period costs whom."""
