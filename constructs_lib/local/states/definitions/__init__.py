"""Which definitions Step Functions takes, and for whom."""
