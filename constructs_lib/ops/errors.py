"""The error of an operation that is not possible."""


class OperationError(Exception):
    """An operation that the state of the resources in AWS does not allow; the message names a remedy."""
