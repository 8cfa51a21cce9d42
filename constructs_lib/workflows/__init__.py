"""What orders jobs: submits, fan-outs and the state machine that runs them."""
