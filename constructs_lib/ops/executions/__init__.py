"""Executions: started, followed, and how far they are."""
