"""Evidence from files: CSV, NDJSON and Parquet as they lie in a folder, into Arrow batches and a quarantine."""
