"""What is allowed to whom, and what it costs."""
