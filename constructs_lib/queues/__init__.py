"""What waits, in which order, and who may submit."""
