"""Gap: moto's S3 neither encrypts by default nor tells what a checksum is of, and of two conditional writes both win.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html,
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html and
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import threading
from typing import Any

from moto.s3.models import FakeKey
from moto.s3.responses import S3Response

from constructs_lib.local.patching import Patch

_headers: Any = FakeKey.response_dict
_put = S3Response.put_object
_one_at_a_time = threading.Lock()
"""moto looks at what is there, and then writes: nobody may write in between."""


def patches() -> list[Patch]:
    """Tell both, and let one win."""
    return [
        Patch(FakeKey, "response_dict", property(_encrypted)),
        Patch(S3Response, "put_object", _put_whole),
    ]


def _encrypted(self: Any) -> dict[str, Any]:
    return {"x-amz-server-side-encryption": "AES256", **_headers.fget(self)}


def _put_whole(self: Any) -> Any:
    with _one_at_a_time:
        status, headers, body = _put(self)
    if any(name.startswith("x-amz-checksum-") for name in headers):
        headers["x-amz-checksum-type"] = "FULL_OBJECT"
        self.backend.get_object(self.bucket_name, self.parse_key_name()).checksum_type = "FULL_OBJECT"
    return status, headers, body
