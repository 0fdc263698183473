"""What has not happened: simulated outages, and contracts as they might be."""
