"""Jobs: submitted without a state machine, looked at, stopped."""
