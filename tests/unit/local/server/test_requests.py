"""Connections stay open from one request to the next, whatever a request and its answer are."""

import http.client
import socket
import threading
from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from constructs_lib.local.server import Server

waiting, released = threading.Event(), threading.Event()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers by path; what it is not asked to read stays unread."""
    path = environ["PATH_INFO"]
    if path == "/raises":
        raise RuntimeError("on purpose")
    if path == "/no-content":
        start_response("204 No Content", [])
        return [b"which must not be sent"]
    if path == "/short":
        start_response("200 OK", [("Content-Length", "9")])
        return [b"short"]
    if path == "/pieces":
        start_response("200 OK", [])
        return (piece for piece in (b"one", b"", b"two"))
    if path == "/written":
        start_response("200 OK", [])(b"before ")
        return [b"after"]
    if path == "/waits":
        waiting.set()
        released.wait(10)
    answer = path.encode()
    if path == "/echo":
        size = [] if environ.get("wsgi.input_terminated") else [int(environ.get("CONTENT_LENGTH") or 0)]
        answer = environ["wsgi.input"].read(*size)
    if path == "/nagle":
        answer = str(environ["werkzeug.socket"].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)).encode()
    start_response("200 OK", [])
    return [answer]


@pytest.fixture
def server() -> Iterator[Server]:
    waiting.clear()
    released.clear()
    made = Server(application)
    made.start()
    yield made
    released.set()
    made.close()


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    made = http.client.HTTPConnection("localhost", server.port, timeout=10)
    made.connect()
    made.auto_open = False  # type: ignore[assignment] # a second connection would be an error here
    yield made
    made.close()


def asked(
    connection: http.client.HTTPConnection, path: str, body: bytes | Iterable[bytes] | None = None, method: str = "POST"
) -> bytes:
    connection.request(method, path, body)
    return connection.getresponse().read()


@pytest.fixture
def wire(server: Server) -> Iterator[socket.socket]:
    """A connection for requests that no client library sends."""
    with socket.create_connection(("localhost", server.port), timeout=10) as made:
        yield made


def received(wire: socket.socket) -> bytes:
    """Everything until the server closes the connection."""
    return b"".join(iter(lambda: wire.recv(1 << 16), b""))


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        ("/path", None, b"/path"),
        ("/echo", b"x" * 3_000_000, b"x" * 3_000_000),
        ("/unread", b"x" * 3_000_000, b"/unread"),
        ("/echo", (b"one ", b"two"), b"one two"),
        ("/unread", (b"one ", b"two"), b"/unread"),
        ("/pieces", None, b"onetwo"),
        ("/written", None, b"before after"),
        ("/no-content", None, b""),
    ],
    ids=["no body", "read", "unread", "chunks", "unread chunks", "answer in pieces", "answer that is written", "204"],
)
def test_a_request_is_followed_by_another_on_the_same_connection(
    connection: http.client.HTTPConnection, path: str, body: bytes | tuple[bytes, ...] | None, answer: bytes
) -> None:
    for _ in range(2):
        assert asked(connection, path, body) == answer
    assert asked(connection, "/last") == b"/last"


def test_the_answer_to_head_has_the_length_and_no_body(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/short")
    answer = connection.getresponse()
    assert (answer.getheader("Content-Length"), answer.read()) == ("9", b"")
    assert asked(connection, "/last") == b"/last"


def test_answers_do_not_wait_until_the_client_confirms_their_first_piece(
    connection: http.client.HTTPConnection,
) -> None:
    assert asked(connection, "/nagle") == b"1"


def test_a_client_that_asks_whether_to_send_a_body_is_told_once(wire: socket.socket) -> None:
    wire.sendall(
        b"PUT /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    )
    assert wire.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
    wire.sendall(b"body")
    answer = received(wire)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(b"\r\n\r\nbody")


def test_requests_that_arrive_together_are_answered_in_their_order(wire: socket.socket) -> None:
    wire.sendall(b"GET /one HTTP/1.1\r\n\r\nGET /two HTTP/1.1\r\nConnection: close\r\n\r\n")
    answer = received(wire)
    assert answer.index(b"/one") < answer.index(b"/two")


@pytest.mark.parametrize(
    ("version", "headers", "kept"),
    [("1.0", "", False), ("1.0", "Connection: keep-alive\r\n", True), ("1.1", "Connection: close\r\n", False)],
)
def test_the_connection_of_a_client_that_wants_it_closed_is_closed(
    wire: socket.socket, version: str, headers: str, *, kept: bool
) -> None:
    wire.sendall(f"GET /path HTTP/{version}\r\n{headers}\r\n".encode())
    if kept:
        wire.sendall(b"GET /path HTTP/1.0\r\n\r\n")
    answer = received(wire)
    assert answer.count(b"HTTP/1.1 200 OK") == 1 + kept
    assert answer.count(b"Connection: keep-alive") == kept


def test_a_client_that_knows_no_chunks_gets_all_until_the_connection_ends(wire: socket.socket) -> None:
    wire.sendall(b"GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    answer = received(wire)
    assert answer.endswith(b"\r\n\r\nonetwo")
    assert b"chunked" not in answer


def test_an_answer_that_is_shorter_than_it_says_ends_the_connection(wire: socket.socket) -> None:
    wire.sendall(b"GET /short HTTP/1.1\r\n\r\n")
    assert received(wire).endswith(b"\r\n\r\nshort")


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "1_0"])
def test_a_length_that_is_no_number_is_refused(wire: socket.socket, length: str) -> None:
    wire.sendall(f"GET /path HTTP/1.1\r\n\r\nPOST /echo HTTP/1.1\r\nContent-Length: {length}\r\n\r\nbody".encode())
    assert b"/pathHTTP/1.1 400 " in received(wire)


@pytest.mark.parametrize("body", ["zz\r\nbody\r\n0\r\n\r\n", "4\r\nbodyXX0\r\n\r\n"])
def test_chunks_that_are_none_end_the_connection(wire: socket.socket, body: str) -> None:
    wire.sendall(f"POST /unread HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{body}".encode())
    assert received(wire).count(b"HTTP/1.1") == 1


def test_a_mistake_of_the_application_is_logged_and_answered(
    wire: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    wire.sendall(b"GET /path HTTP/1.1\r\n\r\nGET /raises HTTP/1.1\r\n\r\n")
    assert b"/pathHTTP/1.1 500 " in received(wire)
    assert "RuntimeError: on purpose" in caplog.text


def test_close_ends_idle_connections_and_lets_the_others_have_their_answer(server: Server) -> None:
    idle, busy = (http.client.HTTPConnection("localhost", server.port, timeout=10) for _ in range(2))
    assert asked(idle, "/path") == b"/path"
    busy.request("GET", "/waits")
    assert waiting.wait(10)
    server.close()
    assert idle.sock.recv(1) == b""
    released.set()
    assert busy.getresponse().read() == b"/waits"
    assert busy.sock.recv(1) == b""
    idle.close()
    busy.close()
