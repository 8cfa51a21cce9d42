"""How a list is read, measured and planned, and how its outcome is checked and reported."""
