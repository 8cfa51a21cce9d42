"""What happened in executions, read from their histories."""
