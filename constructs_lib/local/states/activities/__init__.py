"""Activities: tasks that wait for workers outside, which poll for them."""
