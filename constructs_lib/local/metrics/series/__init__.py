"""What is kept of a metric, and the statistics that are made of it."""
