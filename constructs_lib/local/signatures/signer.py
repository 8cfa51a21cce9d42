"""botocore's computing of signatures, over what a client says that it has signed."""

import hmac
from functools import lru_cache
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from constructs_lib.local.signatures.presented import Presented


@lru_cache(maxsize=256)
def _key(secret: str, *scope: str) -> bytes:
    """The key for a date, a region and a service."""
    key = f"AWS4{secret}".encode()
    for part in (*scope, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


class Signer(SigV4Auth):  # type: ignore[misc] # botocore has no types
    """botocore's computing over the headers that a client says it has signed: none more, and none less.

    Args:
        presented: what it says.
        secret: of its key.
        payload: what it has signed of the body.
    """

    def __init__(self, presented: Presented, secret: str, payload: str) -> None:
        super().__init__(Credentials(presented.access_key, secret), presented.service, presented.region)
        self._payload = payload

    def signature(self, string_to_sign: str, request: AWSRequest) -> str:
        """The signature by the key of a day, which is the same for all requests of a client to a service."""
        key = _key(self.credentials.secret_key, request.context["timestamp"][:8], self._region_name, self._service_name)
        return str(self._sign(key, string_to_sign, hex=True))

    def headers_to_sign(self, request: AWSRequest) -> Any:
        """All that are there."""
        return request.headers

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002
        """What was given."""
        return self._payload


class S3Signer(Signer):
    """The same for S3, where a path is signed as it is."""

    def _normalize_url_path(self, path: str) -> str:
        return path
