"""Job definitions of one container, and what all kinds of job definitions share."""
