"""Job definitions of several containers that run together."""
