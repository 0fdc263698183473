"""Measuring: one file a metric, each a pure function from evidence in columns to an exact attainment."""
