"""Where jobs run: compute environments."""
