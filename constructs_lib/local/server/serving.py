"""Serves a WSGI application on a port of this machine, in threads."""

import contextlib
import errno
import logging
import socket
import threading
import time
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.serving import ThreadedWSGIServer

from constructs_lib.local.server.requests import RequestHandler

HOST = "127.0.0.1"
"""Before a name, SDKs put that of a bucket, which only some systems find: ``bucket.localhost``; before an address, none
does.

Source: https://github.com/boto/botocore/blob/develop/botocore/data/s3/2006-03-01/endpoint-rule-set-1.json (``isIp``)
"""
_OTHER_ADDRESS = "::1"
"""Who says localhost may be led here first: nobody else is to get there what is meant for the other one."""
_TRIES = 20
_PAUSE_SECONDS = 0.01
_BACKLOG = 128
_POLL_SECONDS = 0.02
_WERKZEUG = logging.getLogger("werkzeug")
"""How long `close` may take, which every run waits for; werkzeug's default is half a second."""


class PortInUseError(Exception):
    """Another program listens on the port."""


class Port:
    """A port of this machine that nobody else has until it is closed; clients wait until a server answers there.

    Args:
        number: which. Default: 0, a free one.

    Raises:
        PortInUseError: another program listens on it.
    """

    def __init__(self, number: int = 0) -> None:
        self._listening, self._reserved = _listen(number)
        self.number: int = self._listening.getsockname()[1]
        self.url = f"http://{HOST}:{self.number}"

    def fileno(self) -> int:
        """The socket that listens."""
        return self._listening.fileno()

    def close(self) -> None:
        """Give it back."""
        self._listening.close()
        if self._reserved:
            self._reserved.close()


class Server:
    """A server; it has its port from the start, and answers between `start` and `close`.

    A connection stays open for as many requests as its client likes; each has a thread, because a request may wait for
    others: that of a function for those which the function makes.

    Args:
        application: what answers the requests.
        port: where it listens, which it gives back in the end. Default: 0, a free one.

    Raises:
        PortInUseError: another program listens on the port.
    """

    def __init__(self, application: WSGIApplication, port: int | Port = 0) -> None:
        # werkzeug ends the whole process when it cannot have the port: the socket is ours, it gets a copy.
        self._port = port if isinstance(port, Port) else Port(port)
        self.port, self.url = self._port.number, self._port.url
        self._server = _ThreadedServer(HOST, self.port, application, RequestHandler, fd=self._port.fileno())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=[_POLL_SECONDS], name="embedded-aws", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._level = _WERKZEUG.level
        _WERKZEUG.setLevel(logging.ERROR)
        self._thread.start()

    def close(self) -> None:
        """Stop to answer, and give the port back; requests that are being answered are answered to their end."""
        if self._thread.is_alive():
            self._server.shutdown()
            _WERKZEUG.setLevel(self._level)
            self._thread.join()
        self._server.server_close()
        self._server.close_connections()
        self._port.close()


class _ThreadedServer(ThreadedWSGIServer):
    """A thread for each connection; it knows which are open."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a new connection."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Let a connection go."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Hear nothing more from any client: the thread of an idle connection ends, another one after its answer."""
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):  # its client has just closed it
                    connection.shutdown(socket.SHUT_RD)


def _listen(port: int) -> tuple[socket.socket, socket.socket | None]:
    """Take a port, and the same one of the other address, where nobody answers then."""
    for _ in range(_TRIES):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just given back is free
        try:
            listening.bind((HOST, port))
            listening.listen(_BACKLOG)
            return listening, _reserve(listening.getsockname()[1])
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE:
                raise
            if port:
                time.sleep(_PAUSE_SECONDS)  # one that was just given back is free a little later
    raise PortInUseError(f"port {port} is in use: take another one, or 0 for a free one") from None


def _reserve(port: int) -> socket.socket | None:
    """Take a port that clients are refused at; None on a machine without the address."""
    try:
        reserved = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        reserved.bind((_OTHER_ADDRESS, port))
    except OSError as error:
        reserved.close()
        if error.errno == errno.EADDRINUSE:
            raise
        return None
    return reserved
