"""What operates a pipeline: boto3 operations."""
