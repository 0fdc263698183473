"""The migrations of the tables: every state that a store may have been left in by an earlier version."""
