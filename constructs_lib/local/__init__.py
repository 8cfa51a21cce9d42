"""Where an app runs on this machine: the embedded AWS."""
