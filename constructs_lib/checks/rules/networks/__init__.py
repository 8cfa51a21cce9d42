"""What a job reaches, and what reaches it."""
