"""What EC2 instance types have: one table, for constructs that check and for the scheduler that places jobs."""
