"""The server has its port from the start and gives it back."""

import contextlib
import http.client
import itertools
import socket
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


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as tried:
        tried.bind(("::1", 0))
        return True
    return False


def listens(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tried.bind((address, port))
        tried.listen()


def test_only_this_machine_reaches_it() -> None:
    server = server_of_its_own()
    assert server._server.socket.getsockname() == ("127.0.0.1", server.port)
    server.close()


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
def test_nobody_else_gets_what_clients_send_to_the_other_address_of_localhost() -> None:
    server = server_of_its_own()
    server.start()
    with pytest.raises(OSError, match="in use"):
        listens("::1", server.port)
    with socket.socket(socket.AF_INET6) as client, pytest.raises(ConnectionRefusedError):
        client.connect(("::1", server.port))  # and goes on with the other one
    server.close()
    listens("::1", server.port)


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
def test_a_port_that_another_program_has_at_the_other_address_is_in_use() -> None:
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port {port} is in use"):
            Server(application, port)


def test_the_port_is_free_though_a_client_has_its_connection_open_still() -> None:
    server = server_of_its_own()
    server.start()
    connection = http.client.HTTPConnection("localhost", server.port)
    connection.request("GET", "/path")
    assert connection.getresponse().read() == b"/path"
    server.close()
    again = Server(application, server.port)
    again.start()
    connection.close()
    connection.request("GET", "/again")
    assert connection.getresponse().read() == b"/again"
    connection.close()
    again.close()
