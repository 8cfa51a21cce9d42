"""The states that call nobody: Choice, Map, Parallel, Wait, and the errors that pass through them."""
