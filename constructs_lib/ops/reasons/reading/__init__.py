"""Asks AWS for what the rules judge by, in few calls, and goes on where a right is missing."""
