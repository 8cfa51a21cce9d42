"""What becomes of the results of a map run."""
