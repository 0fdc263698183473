"""Evidence that is kept: immutable Parquet, its catalogue, and evidence as it was known at an instant."""
