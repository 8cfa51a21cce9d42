"""TestState: one state by itself, with what it is given and what becomes of it at each step."""
