"""A function that a state machine calls before it submits a job."""


def handler(event, context):
    """Count one further."""
    return {"n": event["n"] + 1}
