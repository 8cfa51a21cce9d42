"""No time passes while a request is answered, but what the answer itself waits for."""

import secrets
from collections.abc import Iterable
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from constructs_lib.local.clocks.clock import Clock

_WAITS: Final = "X-Constructs-Lib-Caller-Waits"
_OURS: Final = secrets.token_hex(8)
"""What no other program can say: it would let time pass while something works."""


def wait_for_executions(client: Any) -> None:
    """Let time pass while a thread that works waits, by a client of boto3, for the end of an express execution.

    Args:
        client: of AWS Step Functions, which such threads use; any other is left as it is.
    """
    client.meta.events.register("before-send.sfn.StartSyncExecution", _say_so)


def _say_so(request: Any, **_: Any) -> None:
    request.headers[_WAITS] = _OURS


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
            if environ.get(f"HTTP_{_WAITS.upper().replace('-', '_')}") != _OURS:
                return self._others(environ, start_response)
            self._clock.end()  # who calls does nothing until it has the answer
            try:
                return self._others(environ, start_response)
            finally:
                self._clock.begin()
