"""Compute environments: their instances, and which job runs on which."""
