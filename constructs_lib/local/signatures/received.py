"""A request as it came in, before anything has changed it."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from hashlib import sha256
from urllib.parse import parse_qs, quote, unquote, unquote_to_bytes
from wsgiref.types import WSGIEnvironment

from botocore.awsrequest import AWSRequest

from constructs_lib.local.faults.calls.requests import body_of
from constructs_lib.local.signatures.problems import Problem, RefusedError

_IN_PATHS, _IN_QUERIES = "/-_.~", "-_.~"
_HOST = re.compile(r"(?P<bucket>.+?)(?:\.s3)?\.localhost(?::\d+)?")
_WITHOUT_PREFIX = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Received:
    """One request.

    Args:
        environ: of WSGI; its body can be read again afterwards.

    Raises:
        RefusedError: it is none that a client of AWS would make.
    """

    def __init__(self, environ: WSGIEnvironment) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path, _, self.query = _target(environ).partition("?")
        if self.method != self.method.upper():  # which is not a question for everybody behind
            raise RefusedError(Problem.INCOMPLETE, f"There is no method {self.method}.")

    @cached_property
    def body(self) -> bytes:
        """The whole body."""
        return body_of(self.environ)

    @cached_property
    def hash_of_body(self) -> str:
        """Its hash, in hexadecimal digits."""
        return sha256(self.body).hexdigest()

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """The parameters of the query."""
        return parse_qs(self.query, keep_blank_values=True)

    def parameter(self, name: str) -> str | None:
        """A parameter of the query, in this spelling; None when it is not there.

        Raises:
            RefusedError: it is there several times.
        """
        found = self.parameters.get(name, [])
        if len(found) > 1:
            raise RefusedError(Problem.INCOMPLETE_QUERY, f"The parameter {name} is there several times.")
        return found[0] if found else None

    def header(self, name: str) -> str | None:
        """A header by its name in lower case; None when it is not there."""
        value = self.environ.get(header_key(name))
        if not isinstance(value, str):
            return None
        if value.isascii():
            return value
        try:
            return value.encode("latin-1").decode()
        except UnicodeError:
            return value

    @property
    def bucket_of_host(self) -> str | None:
        """The bucket that is in the name of the host; None when it is in the path."""
        found = _HOST.fullmatch(self.header("host") or "")
        return found["bucket"] if found else None

    @property
    def bucket(self) -> str | None:
        """The bucket that a request to S3 is sent to, when nothing else is in its path."""
        path = unquote(self.path).strip("/")
        host = self.bucket_of_host
        return (host or path) if "/" not in path and not (host and path) else None

    def headers_of_aws(self) -> Iterator[str]:
        """The variables of all headers ``x-amz-…``, which have to be signed."""
        return (key for key in self.environ if key.startswith("HTTP_X_AMZ_"))

    def as_signed(self, headers: Iterable[str], *, without: str = "") -> Iterator[AWSRequest]:
        """What a client may have signed: the request as it was sent, and if that differs, as AWS writes its URL.

        Args:
            headers: the names of headers in lower case.
            without: a parameter of the query that is none of it.

        Raises:
            RefusedError: there is no such header.
        """
        given = SignedHeaders()
        for name in headers:
            value = self.header(name)
            if value is None:
                raise RefusedError(Problem.WRONG_SIGNATURE)
            given[name] = value
        pairs = [pair for pair in self.query.split("&") if pair.partition("=")[0] != without or not without]
        sent = self.path, "&".join(pairs)
        yield self._request(*sent, given)
        path, query = quote(unquote_to_bytes(self.path), safe=_IN_PATHS), "&".join(map(_rewritten, filter(None, pairs)))
        if (path, query) != sent:
            yield self._request(path, query, given)

    def _request(self, path: str, query: str, headers: "SignedHeaders") -> AWSRequest:
        url = f"http://localhost{path}"  # what is signed of the host is its header
        request = AWSRequest(method=self.method, url=f"{url}?{query}" if query else url)
        request.headers = SignedHeaders(headers)
        return request


class SignedHeaders(dict[str, str]):
    """Headers as botocore's signers ask for them: those of botocore itself cost more than all the rest."""

    def get_all(self, name: str) -> list[str]:
        """The values of a header; several are one here."""
        return [self[name]]


@lru_cache(maxsize=1024)
def header_key(name: str) -> str:
    """The variable of WSGI that a header is in."""
    return _WITHOUT_PREFIX.get(name) or f"HTTP_{name.upper().replace('-', '_')}"


def _target(environ: WSGIEnvironment) -> str:
    """Path and query, encoded as the client sent them."""
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if not target:
        path = quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/~")
        query = environ.get("QUERY_STRING", "")
        target = f"{path}?{query}" if query else path
    # What is behind the sign of a fragment is not sent to the services, so it is none of what they do.
    if not target.startswith("/") or "#" in target:
        raise RefusedError(Problem.INCOMPLETE, "The target of the request is no path.")
    return str(target)


def _rewritten(pair: str) -> str:
    name, _, value = pair.replace("+", " ").partition("=")
    return "=".join(quote(unquote_to_bytes(text), safe=_IN_QUERIES) for text in (name, value))
