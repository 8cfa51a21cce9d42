"""How a list is read, measured, judged and told."""
