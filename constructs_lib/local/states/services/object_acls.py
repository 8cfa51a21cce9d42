"""Gap: moto's PutObjectAcl takes no grants of a body, and gives the object those of its bucket instead.

Nor does it look at the version.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
"""

from typing import Any

from moto.s3.exceptions import MissingVersion
from moto.s3.models import FakeAcl
from moto.s3.responses import S3Response

from constructs_lib.local.patching import Patch


def patches() -> list[Patch]:
    """Take what the headers grant, or else the body."""
    return [Patch(S3Response, "put_object_acl", _put_acl)]


def _put_acl(self: Any) -> Any:
    acl = self._acl_from_headers(self.headers) or self._acl_from_body() or FakeAcl([])
    name, version = self.parse_key_name(), self._get_param("versionId")
    if version is None:
        self.backend.put_object_acl(self.bucket_name, name, acl)
    elif key := self.backend.get_object(self.bucket_name, name, version):
        key.set_acl(acl)
    else:
        raise MissingVersion
    return 200, self._get_cors_headers_other(), ""
