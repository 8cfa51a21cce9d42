"""Measured claims: each is a ratio against a named baseline, taken in the same run."""
