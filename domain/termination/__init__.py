"""Rights to end an agreement: the clauses that give them, what meets them, and how they stand on a date (3.7)."""
