"""Faults of jobs as they strike attempts."""
