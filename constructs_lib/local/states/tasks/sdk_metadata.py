"""What results of optimized integrations tell of the answer over HTTP: ``SdkHttpMetadata`` and ``SdkResponseMetadata``.

The result of a call has them, what a task with ``.sync`` or a token gives in the end has not, and neither have results
of EventBridge, of API Gateway and of the AWS SDK integrations.
"""

import uuid
import zlib
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from constructs_lib.local.states.json_text import json_text
from constructs_lib.local.states.runtime import CURRENT

_JSON, _JSON_1_0, _JSON_1_1, _XML = (
    "application/json",
    "application/x-amz-json-1.0",
    "application/x-amz-json-1.1",
    "text/xml",
)
_OF_EVERY_ANSWER = ("Content-Length", "Date", "Content-Type")
_HEADERS = {
    "batch": (_JSON, ("x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id", "Connection")),
    "dynamodb": (_JSON_1_0, ("Server", "Connection", "x-amzn-RequestId", "x-amz-crc32")),
    "ecs": (_JSON_1_1, ("x-amzn-RequestId",)),
    "lambda": (
        _JSON,
        (
            "X-Amz-Executed-Version",
            "x-amzn-Remapped-Content-Length",
            "Connection",
            "x-amzn-RequestId",
            "X-Amzn-Trace-Id",
        ),
    ),
    "sns": (_XML, ("x-amzn-RequestId", "connection")),
    "sqs": (_JSON_1_0, ("x-amzn-RequestId", "connection")),
    "states": (_JSON_1_0, ("x-amzn-RequestId", "connection")),
}
_HEX_OF_API, _HEX_OF_TRACE, _UUID_CHARACTERS = 16, 24, 36


def sdk_metadata(service: str, answer: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """Return both members; none for a service whose results have none.

    Args:
        service: as a resource names it, such as ``lambda``.
        answer: of the service, as boto3 gives it.
        metadata: boto3's ``ResponseMetadata``; empty for what is called in the process.
    """
    if service not in _HEADERS:
        return {}
    request_id = metadata.get("RequestId", "")
    if len(request_id) != _UUID_CHARACTERS:  # some services of moto have longer ones
        request_id = str(uuid.uuid4())
    content_type, names = _HEADERS[service]
    members = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    body = (_xml(members, request_id) if content_type == _XML else json_text(_on_the_wire(members))).encode()
    length = metadata.get("HTTPHeaders", {}).get("content-length") if service == "lambda" else None
    seconds = int(CURRENT.runtime.clock.now())
    values = {
        "Connection": "keep-alive",
        "connection": "keep-alive",
        "Content-Length": length or str(len(body)),
        "Content-Type": content_type,
        "Date": format_datetime(CURRENT.runtime.moment(), usegmt=True),
        "Server": "Server",
        "X-Amz-Executed-Version": answer.get("ExecutedVersion", "$LATEST"),
        "X-Amzn-Trace-Id": f"root=1-{seconds:08x}-{uuid.uuid4().hex[:_HEX_OF_TRACE]};sampled=0",
        "x-amz-apigw-id": uuid.uuid4().hex[:_HEX_OF_API],
        "x-amz-crc32": str(zlib.crc32(body)),
        "x-amzn-Remapped-Content-Length": "0",
        "x-amzn-RequestId": request_id,
    }
    headers = {name: values[name] for name in (*names, *_OF_EVERY_ANSWER)}
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [value] for name, value in headers.items()},
            "HttpHeaders": dict(sorted(headers.items(), key=lambda item: item[0].lower())),
            "HttpStatusCode": metadata.get("HTTPStatusCode", 200),
        },
        "SdkResponseMetadata": {"RequestId": request_id},
    }


def _xml(members: dict[str, Any], request_id: str) -> str:
    """Return the answer of SNS to Publish."""
    result = "".join(f"    <{name}>{value}</{name}>\n" for name, value in members.items())
    return (
        f'<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">\n  <PublishResult>\n{result}'
        f"  </PublishResult>\n  <ResponseMetadata>\n    <RequestId>{request_id}</RequestId>\n  </ResponseMetadata>\n"
        "</PublishResponse>\n"
    )


def _on_the_wire(value: Any) -> Any:
    """Return an answer as JSON has it; for a moment a number that is as long as what Java writes, 1.7E9."""
    if isinstance(value, dict):
        return {key: _on_the_wire(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_on_the_wire(inner) for inner in value]
    if isinstance(value, datetime):
        return 10 ** (len(f"{value.timestamp():.12e}".partition("e")[0].rstrip("0")) + 1)
    return value
