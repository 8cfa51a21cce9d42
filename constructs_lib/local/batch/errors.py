"""The errors that the Batch API answers with."""

from typing import NoReturn


class BatchError(Exception):
    """An error answer of the Batch API.

    AWS Batch has two: ``ClientException`` for a call that is wrong, ``ServerException`` for a fault of its own.
    Source: https://docs.aws.amazon.com/batch/latest/APIReference/CommonErrors.html

    Args:
        code: the error's name, as boto3 shows it in ``response["Error"]["Code"]``.
        message: what is wrong, in AWS's words where they are known.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


def refuse(message: str) -> NoReturn:
    """Answer a wrong call with a ``ClientException``."""
    raise BatchError("ClientException", message)
