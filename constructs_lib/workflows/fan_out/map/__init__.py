"""A Map with a job for each item."""
