"""EventBridge where moto has none of it: the events of jobs, and targets that start something."""
