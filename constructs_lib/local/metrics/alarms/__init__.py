"""Alarms: what they watch, when they change state, what they do then, and what is remembered of it."""
