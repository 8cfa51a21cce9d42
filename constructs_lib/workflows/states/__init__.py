"""The vocabulary of states: expressions, tasks, pseudo parameters."""
