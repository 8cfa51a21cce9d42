"""Gap: moto's S3 neither encrypts by default nor tells what a checksum is of.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
"""

from typing import Any

from moto.s3.models import FakeKey
from moto.s3.responses import S3Response

from constructs_lib.local.states.patching import Patch

_headers: Any = FakeKey.response_dict
_put = S3Response.put_object


def patches() -> list[Patch]:
    """Tell both."""
    return [
        Patch(FakeKey, "response_dict", property(_encrypted)),
        Patch(S3Response, "put_object", _put_whole),
    ]


def _encrypted(self: Any) -> dict[str, Any]:
    return {"x-amz-server-side-encryption": "AES256", **_headers.fget(self)}


def _put_whole(self: Any) -> Any:
    status, headers, body = _put(self)
    if any(name.startswith("x-amz-checksum-") for name in headers):
        headers["x-amz-checksum-type"] = "FULL_OBJECT"
        self.backend.get_object(self.bucket_name, self.parse_key_name()).checksum_type = "FULL_OBJECT"
    return status, headers, body
