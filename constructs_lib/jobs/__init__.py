"""Job definitions of one container, and the shared parts of all job definitions."""
