"""Queues and compute environments: what is in them, and their limits."""
