"""The requests of one connection, one after the other, as HTTP/1.1 has it.

werkzeug's own handler closes the connection after one request: its client pays for a new one each time, and the server
for a new thread, which together cost more than most answers.
Source: https://www.rfc-editor.org/rfc/rfc9112
"""

import io
import logging
from collections.abc import Iterable
from http import HTTPStatus
from itertools import chain
from typing import Any
from wsgiref.types import WSGIEnvironment

from moto.server import MotoRequestHandler
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import LimitedStream

_PIECE = 1 << 20
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}

Headers = list[tuple[str, str]]


class RequestHandler(MotoRequestHandler):  # type: ignore[misc] # moto has no types
    """Answers the requests of a connection until its client, or the server, closes it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the second piece of an answer waits 40 ms until the first is confirmed
    wbufsize = io.DEFAULT_BUFFER_SIZE
    _has_begun = False
    """Whether the client has got the status of the answer."""

    def run_wsgi(self) -> None:
        """Answer one request."""
        self._has_begun = False
        environ = self.environ = self.make_environ()
        length = environ.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdecimal()):
            self._fail(HTTPStatus.BAD_REQUEST)
            return
        if not environ.get("wsgi.input_terminated"):  # where it is, the body itself says where it ends
            environ["wsgi.input"] = LimitedStream(self.rfile, int(length)) if int(length) else io.BytesIO()
        body = environ["wsgi.input"]
        try:
            self._answer(environ)
            while body.read(_PIECE):  # what the application did not want to know: the next request begins behind it
                pass
        except (OSError, ClientDisconnected):
            self.close_connection = True  # the client is gone, or sends no HTTP
        except Exception:
            logging.getLogger(__name__).exception("%s %s", self.command, self.path)
            self._fail(HTTPStatus.INTERNAL_SERVER_ERROR)

    def handle_expect_100(self) -> bool:
        """Ask for the body at once."""
        goes_on: bool = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing: a line for each request says nothing to the user."""

    def _fail(self, status: HTTPStatus) -> None:
        self.close_connection = True
        if not self._has_begun:
            self._headers_buffer: list[bytes] = []  # of the answer that failed
            self.send_error(status)

    def _answer(self, environ: WSGIEnvironment) -> None:
        started: list[Any] = []
        written: list[bytes] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> Any:  # noqa: ARG001 it is raised
            started[:] = status, headers
            return written.append

        pieces = self.server.app(environ, start_response)
        try:
            iterator = iter(pieces)
            first = next(iterator, b"")  # an application may begin its answer as late as this
            status, headers = started
            size = sum(map(len, chain(written, pieces))) if isinstance(pieces, list | tuple) else None
            self._send(status, headers, chain(written, [first], iterator), size)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()

    def _send(self, status: str, headers: Headers, pieces: Iterable[bytes], size: int | None) -> None:
        code, _, reason = status.partition(" ")
        has_body = self.command != "HEAD" and int(code) not in _WITHOUT_BODY
        declared = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
        in_chunks = has_body and declared is None and size is None and self.request_version >= "HTTP/1.1"
        if has_body and declared is None and not in_chunks:
            declared = size
            headers = headers if size is None else [*headers, ("Content-Length", str(size))]
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if in_chunks:
            self.send_header("Transfer-Encoding", "chunked")
        self.close_connection |= has_body and declared is None and not in_chunks  # its end is the end of the answer
        if self.close_connection:
            self.send_header("Connection", "close")
        elif self.request_version < "HTTP/1.1":
            self.send_header("Connection", "keep-alive")
        self.end_headers()
        self._has_begun = True
        sent = 0
        for piece in pieces:
            if piece and has_body:
                sent += len(piece)
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if in_chunks else piece)
        if in_chunks:
            self.wfile.write(b"0\r\n\r\n")
        elif has_body and sent != declared:
            self.close_connection = True  # the client waits for more, or takes the rest for the next answer
        self.wfile.flush()
