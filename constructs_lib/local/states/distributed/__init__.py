"""Distributed Map: items read from S3 or the input, in batches, each a child execution with a history of its own.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html.
"""
