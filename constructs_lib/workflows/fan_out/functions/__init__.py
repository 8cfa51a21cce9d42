"""An AWS Lambda invocation for each item."""
