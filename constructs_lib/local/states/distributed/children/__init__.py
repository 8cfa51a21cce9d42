"""The child executions of a map run, and the threads that run them."""
