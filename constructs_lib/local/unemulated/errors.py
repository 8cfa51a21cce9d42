"""What is not emulated is told so that no SDK asks again.

SDKs ask again after 500, 502, 503 and 504, after some codes, and (older ones) after every 5xx: so it is a 400, by the
code that services have for operations that they do not know.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from http import HTTPStatus

from constructs_lib.local.protocols.errors import Answer, error_answer

STATUS = HTTPStatus.BAD_REQUEST

_CODES = {"query": "InvalidAction", "ec2": "InvalidAction", "s3": "NotImplemented"}
_CODE = "UnknownOperationException"


def unknown_operation(protocol: str, message: str) -> Answer:
    """Say that there is no such operation.

    Args:
        protocol: as `AskedFor` has it.
        message: why there is none.
    """
    return error_answer(protocol, _CODES.get(protocol, _CODE), message)
