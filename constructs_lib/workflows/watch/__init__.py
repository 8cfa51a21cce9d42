"""Jobs that never start."""
