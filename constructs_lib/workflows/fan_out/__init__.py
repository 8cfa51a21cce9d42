"""One job for each item of a list."""
