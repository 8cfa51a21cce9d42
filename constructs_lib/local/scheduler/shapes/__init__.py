"""What a job needs, and what of an instance is free."""
