"""Requests as attackers make them: signed by botocore, then changed, and sent without an SDK."""

import http.client
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from constructs_lib.local.account import Keys

_CODE = re.compile(r'<Code>(?P<xml>\w+)</Code>|"__type": "(?P<json>\w+)"')


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of the error that it is; empty for none."""
        found = _CODE.search(self.body.decode(errors="replace"))
        return (found["xml"] or found["json"]) if found else ""

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of an error."""
        return self.status, self.code


@dataclass(frozen=True)
class Sent:
    """A request that can be changed after it was signed."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def changed(self, *, target: str | None = None, body: bytes | None = None, **headers: str | None) -> "Sent":
        """The same with another target, another body, other headers: None takes one away."""
        found = dict(self.headers)
        for name, value in headers.items():
            key = next((known for known in found if known.lower() == name.replace("_", "-").lower()), None)
            found.pop(key or "", None)
            if value is not None:
                found[key or name.replace("_", "-")] = value
        return replace(
            self,
            target=self.target if target is None else target,
            body=self.body if body is None else body,
            headers=found,
        )

    def to(self, url: str) -> Answer:
        """Send it to a server."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        try:
            connection.putrequest(self.method, self.target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            if "Content-Length" not in self.headers:
                connection.putheader("Content-Length", str(len(self.body)))
            connection.endheaders(self.body)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()


@dataclass(frozen=True)
class Client:
    """Signs as SDKs do."""

    url: str
    keys: Keys | None
    token: str | None = None
    region: str = "us-east-1"
    host: str | None = None

    def s3(self, method: str, target: str, body: bytes = b"", **headers: str) -> Sent:
        """A request to S3."""
        return self.signed("s3", method, target, body, **headers)

    def signed(self, service: str, method: str, target: str, body: bytes = b"", **headers: str) -> Sent:
        """A request to a service."""
        signer = auth.S3SigV4Auth if service == "s3" else auth.SigV4Auth
        request = self._request(method, target, body, headers)
        if self.keys is not None:
            signer(self._credentials(), service, self.region).add_auth(request)
        return self._sent(request, body)

    def presigned(self, method: str, target: str, *, service: str = "s3", expires: int = 60, **headers: str) -> Sent:
        """A presigned URL."""
        signer = auth.S3SigV4QueryAuth if service == "s3" else auth.SigV4QueryAuth
        request = self._request(method, target, b"", headers)
        signer(self._credentials(), service, self.region, expires=expires).add_auth(request)
        return self._sent(request, b"")

    def presigned_by_2(self, method: str, target: str, *, expires: int = 60, **headers: str) -> Sent:
        """A presigned URL of S3 by version 2."""
        request = self._request(method, target, b"", headers)
        if self.host:
            bucket, path = self.host.partition(".")[0], urlsplit(request.url).path
            request.auth_path = f"/{bucket}{path}"
        auth.HmacV1QueryAuth(self._credentials(), expires=expires).add_auth(request)
        return self._sent(request, b"")

    def signed_by_2(self, method: str, target: str, body: bytes = b"", **headers: str) -> Sent:
        """A request to S3 with a header of version 2."""
        request = self._request(method, target, body, headers)
        auth.HmacV1Auth(self._credentials()).add_auth(request)
        return self._sent(request, body)

    def call(self, service: str, target: str, body: bytes = b"{}") -> Sent:
        """A call of a service that speaks JSON."""
        return self.signed(service, "POST", "/", body, x_amz_target=target, content_type="application/x-amz-json-1.0")

    def query(self, service: str, action: str, version: str) -> Sent:
        """A call of a service that takes forms."""
        body = f"Action={action}&Version={version}".encode()
        return self.signed(service, "POST", "/", body, content_type="application/x-www-form-urlencoded")

    def _request(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> AWSRequest:
        host = f"{self.host}:{urlsplit(self.url).port}" if self.host else urlsplit(self.url).netloc
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return AWSRequest(method, f"http://{host}{target}", named, body)

    def _credentials(self) -> Credentials:
        assert self.keys is not None
        return Credentials(self.keys.access_key, self.keys.secret_key, self.token)

    @staticmethod
    def _sent(request: AWSRequest, body: bytes) -> Sent:
        parts = urlsplit(request.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return Sent(request.method, target, {"Host": parts.netloc, **dict(request.headers.items())}, body)


def made_at(moment: datetime) -> "patch[object]":  # type: ignore[type-arg]
    """Let botocore sign as if it were another time."""
    return patch("botocore.auth.get_current_datetime", lambda: moment)


def ago(**duration: float) -> datetime:
    """A moment in the past, or with negative durations in the future."""
    return datetime.now(UTC) - timedelta(**duration)


def refusals(url: str, requests: Iterable[Sent]) -> list[tuple[int, str]]:
    """Status and code of each answer."""
    return [request.to(url).refusal for request in requests]
