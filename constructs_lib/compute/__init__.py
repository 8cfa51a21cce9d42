"""Compute environments: the capacity that jobs run on."""
