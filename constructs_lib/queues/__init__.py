"""Job queues: priorities, fair share, rate limits, and permissions to submit."""
