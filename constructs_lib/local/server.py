"""Serves a WSGI application on a port of localhost, in a thread."""

import errno
import logging
import socket
import threading
from wsgiref.types import WSGIApplication

from moto.server import MotoRequestHandler
from werkzeug.serving import make_server

HOST = "localhost"
"""AWS SDKs and moto take S3 requests to this name path-style; to 127.0.0.1 they do not."""

_BACKLOG = 128
_POLL_SECONDS = 0.02
"""How long `close` may take, which every run waits for; werkzeug's default is half a second."""


class PortInUseError(Exception):
    """Another program listens on the port."""


class Server:
    """A server; it has its port from the start, and answers between `start` and `close`.

    Args:
        application: what answers the requests.
        port: where it listens. Default: 0, a free one.

    Raises:
        PortInUseError: another program listens on the port.
    """

    def __init__(self, application: WSGIApplication, port: int = 0) -> None:
        # werkzeug ends the whole process when it cannot have the port: the socket is ours, it gets a copy.
        with _listen(port) as listening:
            self.port: int = listening.getsockname()[1]
            self._server = make_server(
                HOST,
                self.port,
                application,
                threaded=True,
                request_handler=MotoRequestHandler,
                fd=listening.fileno(),
            )
        self.url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=[_POLL_SECONDS], name="embedded-aws", daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line per request says nothing to the user
        self._thread.start()

    def close(self) -> None:
        """Stop to answer, and give the port back."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just given back is free
    try:
        listening.bind((HOST, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortInUseError(f"port {port} is in use: take another one, or 0 for a free one") from None
    return listening
