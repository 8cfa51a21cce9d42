"""What cannot be done, in one sentence, and what to do instead."""


class OperationError(Exception):
    """An operation that the state of things in AWS does not allow."""
