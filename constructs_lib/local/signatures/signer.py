"""botocore's computing of signatures, over what a client says that it has signed."""

from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from constructs_lib.local.signatures.presented import Presented


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
