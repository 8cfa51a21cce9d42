"""Rules for executions of state machines: over the error, the cause and the state that failed."""
