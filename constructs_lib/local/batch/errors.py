"""The errors that the Batch API answers with."""

import uuid
from typing import NoReturn


class BatchError(Exception):
    """An error answer of the Batch API.

    AWS Batch has two: ``ClientException`` for a call that is wrong, ``ServerException`` for a fault of its own.
    Source: https://docs.aws.amazon.com/batch/latest/APIReference/CommonErrors.html

    Args:
        code: the error's name, as boto3 shows it in ``response["Error"]["Code"]``.
        message: what is wrong, in AWS's words where they are known.
        status: of the HTTP answer.
        request_id: of the refused request. Default: a new one.
    """

    def __init__(self, code: str, message: str, status: int = 400, request_id: str | None = None) -> None:
        self.code = code
        self.message = message
        self.status = status
        self.request_id = request_id or str(uuid.uuid4())
        super().__init__(f"{code}: {message}")


def refuse(message: str) -> NoReturn:
    """Answer a call that does not fit what is there, such as a name that nothing has, with a ``ClientException``."""
    raise BatchError("ClientException", message)


def invalid(message: str) -> NoReturn:
    """Answer a call that is wrong by itself, whatever is there, with a ``ClientException`` in AWS's frame for these."""
    request_id = str(uuid.uuid4())
    framed = f"Error executing request, Exception : {message}, RequestId: {request_id}"
    raise BatchError("ClientException", framed, request_id=request_id)
