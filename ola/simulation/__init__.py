"""Years that might be: failures drawn from those that were."""
