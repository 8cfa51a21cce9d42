"""Revisions of state machines: versions that are published, and aliases that share executions out among them."""
