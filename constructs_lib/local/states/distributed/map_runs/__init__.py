"""The map runs: the state that begins one, its child executions and counts, and the operations that answer about it."""
