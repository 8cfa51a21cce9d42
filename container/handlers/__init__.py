"""Handlers of general use."""
