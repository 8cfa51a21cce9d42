"""What CloudFormation answers to a call that it refuses.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
"""


class CallError(Exception):
    """A call that is refused.

    Args:
        message: in CloudFormation's words.
        code: its name of the error. Default: ``ValidationError``, as for most.
    """

    code = "ValidationError"

    def __init__(self, message: str, code: str | None = None) -> None:
        self.message = message
        self.code = code or self.code
        super().__init__(message)


class NotFoundError(CallError):
    """There is no such stack, export or resource."""
