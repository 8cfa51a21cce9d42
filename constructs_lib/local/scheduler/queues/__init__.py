"""Job queues: the order of their jobs, and jobs that block them."""
