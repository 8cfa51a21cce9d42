"""The errors of operations: each message names a remedy."""


class OperationError(Exception):
    """An operation that the state of the resources in AWS does not allow, or an account that cannot be reached."""


class NotFoundError(OperationError):
    """A name that means nothing there, or several things; the message says what there is."""
