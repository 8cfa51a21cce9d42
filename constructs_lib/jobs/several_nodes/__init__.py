"""Multi-node parallel job definitions."""
