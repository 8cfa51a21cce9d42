"""Jobs and their attempts: their states, and what they wait for."""
