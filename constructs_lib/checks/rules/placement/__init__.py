"""Whether a job finds a place in the environments of its queue."""
