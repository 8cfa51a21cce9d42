"""The scheduler of AWS Batch: pure, driven by its caller's clock, in real time or in virtual time."""
