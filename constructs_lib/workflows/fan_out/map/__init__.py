"""A Map state with a job for each item."""
