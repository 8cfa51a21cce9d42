"""The services of one account and region, called as boto3 calls them, without a socket in between."""

import threading
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from werkzeug.test import EnvironBuilder, run_wsgi_app

from constructs_lib.local.account import Location
from constructs_lib.local.protocols.locations import tell_location

Application = Callable[..., Iterable[bytes]]

_CONFIG = Config(
    retries={"total_max_attempts": 1},
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


@cache
def _session() -> boto3.Session:
    """One for all: it keeps the models of the services."""
    return boto3.Session()


class Services:
    """The services of an account in a region.

    Args:
        application: what answers their requests, past every check of rights.
        location: the account and region.
        endpoint_url: where others ask them; it is in the URLs that they answer with. Default: that of a machine on
            which nothing listens.
    """

    def __init__(self, application: Application, location: Location, endpoint_url: str = "http://127.0.0.1") -> None:
        self.location = location
        self.endpoint_url = endpoint_url
        self.account = location.account
        self.region = location.region
        self.partition = location.partition
        self._application = application
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str) -> Any:
        """A boto3 client, one per service: making one takes longer than most calls."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._made(service)
            return self._clients[service]

    def elsewhere(self, region: str) -> "Services":
        """The services of the account in another region, or in this one."""
        if region == self.region:
            return self
        return Services(self._application, Location(self.account, region), self.endpoint_url)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account and region."""
        return self.location.arn(service, resource)

    def _made(self, service: str) -> Any:
        made = _session().client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id="cloudformation",
            aws_secret_access_key="cloudformation",  # noqa: S106 - nobody checks it here
            config=_CONFIG,
        )
        made.meta.events.register("before-send.*", self._answer)
        return made

    def _answer(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        headers = {name: _text(value) for name, value in request.headers.items()}
        environ = EnvironBuilder(request.url, method=request.method, headers=headers, data=body).get_environ()
        environ["CONTENT_LENGTH"] = str(len(body))
        tell_location(environ, self.location)
        content, status, answered = run_wsgi_app(self._application, environ)
        raw = b"".join(content)
        return AWSResponse(request.url, int(status.split(" ", 1)[0]), dict(answered), _Raw(raw))


class _Raw(BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self, *_: Any, **__: Any) -> Iterable[bytes]:
        """All of it."""
        return iter(lambda: self.read(1 << 16), b"")


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
