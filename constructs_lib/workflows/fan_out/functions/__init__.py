"""A Map state with an AWS Lambda invocation for each item."""
