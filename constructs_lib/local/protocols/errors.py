"""An error of AWS in the frame of each protocol.

Sources: https://smithy.io/2.0/aws/protocols/index.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
# CBOR, RFC 8949: a map of two pairs; texts by their length.
_TWO_PAIRS, _TEXT, _LONG_TEXT, _FIRST_LONG_TEXT = b"\xa2", 0x60, 0x7A, 24


@dataclass(frozen=True)
class Answer:
    """Headers and body of an answer."""

    headers: list[tuple[str, str]]
    body: bytes


def error_answer(protocol: str, code: str, message: str, details: Mapping[str, str] | None = None) -> Answer:
    """Tell an error.

    Args:
        protocol: ``json``, ``query``, ``ec2``, ``rest-json``, ``rest-xml``, ``s3`` or ``cbor``.
        code: AWS's name of the error.
        message: what it says.
        details: more members of an error of S3. Default: none.
    """
    request_id = str(uuid.uuid4())
    if protocol == "cbor":
        kind, body = "application/cbor", _TWO_PAIRS + b"".join(map(_cbor_text, ["__type", code, "message", message]))
    elif protocol in ("json", "rest-json"):
        kind = "application/x-amz-json-1.1" if protocol == "json" else "application/json"
        body = json.dumps({"__type": code, "message": message}).encode()
    else:
        kind, body = "text/xml", (_XML + _xml(protocol, code, message, request_id, details or {})).encode()
    headers = [("Content-Type", kind), ("x-amzn-RequestId", request_id), ("x-amzn-ErrorType", code)]
    if protocol == "cbor":
        headers.append(("smithy-protocol", "rpc-v2-cbor"))
    return Answer([*headers, ("Content-Length", str(len(body)))], body)


def _xml(protocol: str, code: str, message: str, request_id: str, details: Mapping[str, str]) -> str:
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if protocol == "s3":
        more = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in details.items())
        return f"<Error>{error}{more}<RequestId>{request_id}</RequestId></Error>"
    if protocol == "ec2":
        errors = f"<Errors><Error>{error}</Error></Errors>"
        return f"<Response>{errors}<RequestID>{request_id}</RequestID></Response>"
    error = f"<Error><Type>Sender</Type>{error}</Error>"
    return f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"


def _cbor_text(text: str) -> bytes:
    content = text.encode()
    if len(content) < _FIRST_LONG_TEXT:
        return bytes([_TEXT | len(content)]) + content
    return bytes([_LONG_TEXT]) + len(content).to_bytes(4) + content
