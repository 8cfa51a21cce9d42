"""Which requests come in at all: those to a name of this machine, and none that the page of a browser sends.

A browser on this machine reaches its ports for every page that it shows. Pages of other origins are told by what
browsers say of them, which no script can change; those that reach this machine by a name of their own (DNS rebinding),
by the Host. Tools say none of it: SDKs, the AWS CLI and curl are taken.

Sources: https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/ and
https://web.dev/articles/fetch-metadata
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_PORT = r"(?::\d{1,5})?"
_OWN = re.compile(rf"(?:(?:[a-z0-9_-]+\.)*(?:localhost|127\.0\.0\.1)|\[::1\]){_PORT}")
"""This machine; before its name stand buckets, and what S3 has between the two, as in ``bucket.s3.localhost``."""
_FROM_CONTAINERS = re.compile(rf"host\.docker\.internal{_PORT}")
"""What an engine that runs in a virtual machine calls the machine around it: no browser has business there."""
_OWN_SITES = ("none", "same-origin")
"""What browsers say of an address that somebody typed, and of what one of our own answers loads."""
_SHOWN = 100
_CHUNK = 65_536


class OriginCheck:
    """A WSGI application in front of all others: what comes from elsewhere does not reach them.

    Args:
        others: answers the requests that are taken.
    """

    def __init__(self, others: WSGIApplication) -> None:
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        refused = refusal(environ)
        if refused is None:
            return self._others(environ, start_response)
        _discard_body(environ)
        status, reason = refused
        text = f"constructs-lib: {reason}\n".encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
        start_response(f"{status.value} {status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [text]


def refusal(environ: WSGIEnvironment) -> tuple[HTTPStatus, str] | None:
    """Why a request is not taken; None for one that is."""
    host = environ.get("HTTP_HOST", "").lower()
    is_own = _OWN.fullmatch(host)
    if not (is_own or _FROM_CONTAINERS.fullmatch(host)):
        return HTTPStatus.MISDIRECTED_REQUEST, (
            f"this AWS is at localhost, 127.0.0.1, [::1] and bucket.localhost, and the request is for {_shown(host)}: "
            "take the endpoint that `constructs-lib local up` prints"
        )
    foreign = _foreign(environ, f"http://{host}" if is_own else None)
    if foreign is None:
        return None
    return HTTPStatus.FORBIDDEN, (
        f"the page of a browser asked ({foreign}), and pages of other origins are never answered: call this AWS by an "
        "SDK in a program of your own, the AWS CLI or curl"
    )


def _foreign(environ: WSGIEnvironment, own_origin: str | None) -> str | None:
    """The header by which a browser tells that a page of another origin asks."""
    origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE")
    if origin is not None and origin.lower() != own_origin:
        return f"Origin: {_shown(origin)}"
    if site is not None and (site not in _OWN_SITES or own_origin is None):
        return f"Sec-Fetch-Site: {_shown(site)}"
    referrer = environ.get("HTTP_REFERER")
    if referrer is not None and _origin_of(referrer) != own_origin:
        return f"Referer: {_shown(referrer)}"
    return None


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return url
    return f"{parts.scheme}://{parts.netloc}"


def _shown(value: str) -> str:
    return ascii(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")


def _discard_body(environ: WSGIEnvironment) -> None:
    """A client that is still sending would not hear the answer."""
    length = environ.get("CONTENT_LENGTH", "")
    unread = None if environ.get("wsgi.input_terminated") else int(length) if length.isdecimal() else 0
    while unread is None or unread > 0:
        chunk = environ["wsgi.input"].read(_CHUNK if unread is None else min(_CHUNK, unread))
        if not chunk:
            return
        unread = None if unread is None else unread - len(chunk)
