"""Messages about executions, jobs, queues and compute environments."""
