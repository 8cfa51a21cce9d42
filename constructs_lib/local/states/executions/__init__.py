"""An execution from its start to its end: history, quotas, time, and what stops it."""
