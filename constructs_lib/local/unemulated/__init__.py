"""What this AWS does not emulate: answered at once, and by name."""
