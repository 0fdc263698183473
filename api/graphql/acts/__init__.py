"""Orders that record what was done under an agreement."""
