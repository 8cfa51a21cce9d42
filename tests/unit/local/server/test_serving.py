"""The server has its port from the start and gives it back."""

import http.client
import itertools
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from constructs_lib.local.server import PortInUseError, Server

PORTS = itertools.count(20_000)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]


def server_of_its_own() -> Server:
    """A server on a port that the system gives to nobody who asks for any: other tests run beside this one."""
    while True:
        try:
            return Server(application, next(PORTS))
        except PortInUseError:
            continue


def test_it_answers_at_its_url_and_the_port_is_free_afterwards() -> None:
    server = server_of_its_own()
    server.start()
    connection = http.client.HTTPConnection("localhost", server.port)
    connection.request("GET", "/path")
    assert connection.getresponse().read() == b"/path"
    connection.close()
    with pytest.raises(PortInUseError, match=f"port {server.port} is in use"):
        Server(application, server.port)
    server.close()
    again = Server(application, server.port)
    assert again.port == server.port
    again.close()
