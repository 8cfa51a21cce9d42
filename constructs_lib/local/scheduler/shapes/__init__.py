"""What a job needs and what an instance has."""
