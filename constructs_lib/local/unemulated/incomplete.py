"""What S3 answers to a request without a member that its model has as optional and that moto takes for there.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and, for its list of errors of
SelectObjectContent, https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
"""

from typing import Final
from xml.parsers.expat import ExpatError

from constructs_lib.local.protocols.calls import AskedFor
from constructs_lib.local.protocols.errors import Answer, error_answer

_NO_HEADER: Final = ("MissingSecurityHeader", "Your request was missing a required header")
_NO_BODY: Final = ("MissingRequestBodyError", "Request Body is empty")
_OTHER: Final = {
    "PutBucketAcl": _NO_HEADER,
    "PutObjectAcl": _NO_HEADER,
    "CompleteMultipartUpload": ("InvalidRequest", "You must specify at least one part"),
}
"""Operations that are told otherwise than by what an empty body is told: grants may be in headers, too."""
_NO_PARAMETER: Final = (
    "MissingRequiredParameter",
    "The SelectRequest entity is missing a required parameter. Check the service documentation and try again.",
)


def refused(asked: AskedFor, body: bytes, problem: Exception) -> Answer | None:
    """What S3 answers; None if something else is wrong.

    Args:
        asked: what was asked for.
        body: of the request.
        problem: what moto raised.
    """
    if asked.service != "s3":
        return None
    if isinstance(problem, ExpatError) and not body.strip():
        return error_answer(asked.protocol, *_OTHER.get(asked.operation, _NO_BODY))
    if asked.operation == "SelectObjectContent" and isinstance(problem, AttributeError):
        return error_answer(asked.protocol, *_NO_PARAMETER)
    return None
