"""Job definitions and submissions: what they may say, and what of both is going to run."""
