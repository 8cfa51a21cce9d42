"""Instances that AWS Batch starts and ends, On-Demand or Spot."""
