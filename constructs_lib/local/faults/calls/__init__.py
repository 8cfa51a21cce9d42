"""Faults of calls as they strike requests."""
