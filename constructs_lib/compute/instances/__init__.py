"""Types of instances: their names, their traits, and which fit a job."""
