"""No time passes while a request is answered, but what the answer itself waits for."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from constructs_lib.local.clocks.clock import Clock


class Timekeeper:
    """A WSGI application in front of all others.

    Args:
        clock: must not jump meanwhile.
        others: answers the requests.
    """

    def __init__(self, clock: Clock, others: WSGIApplication) -> None:
        self._clock = clock
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        with self._clock.working():
            return self._others(environ, start_response)
