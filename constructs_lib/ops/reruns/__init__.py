"""The failed items of ended executions, run again."""
