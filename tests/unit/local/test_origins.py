"""Which requests come in: by their Host, and by what browsers say of the page that asks."""

import http.client
import string
from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from constructs_lib.local.origins import OriginCheck, refusal
from constructs_lib.local.server import Server

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")


def others(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = Server(OriginCheck(others))
    server.start()
    yield server.port
    server.close()


def ask(port: int, method: str = "GET", *, body: bytes | None = None, **headers: str) -> tuple[int, Any, str]:
    """Status, headers and text of the answer to a raw request; ``_`` in the name of a header is ``-``."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.putrequest(method, "/path", skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value.replace("PORT", str(port)))
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


OWN_HOSTS = (
    "localhost:PORT",
    "LocalHost:PORT",
    "localhost",  # a proxy at port 80
    "localhost:9999",  # forwarded from another machine
    "127.0.0.1:PORT",
    "[::1]:PORT",
    "bucket.localhost:PORT",
    "bucket.with.dots.localhost:PORT",
    "bucket.s3.localhost:PORT",
    "my_bucket.s3.us-east-1.localhost:PORT",
    "bucket.127.0.0.1:PORT",
    "host.docker.internal:PORT",
)


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_a_name_of_this_machine_is_taken(port: int, host: str) -> None:
    assert ask(port, Host=host)[::2] == (200, "/path")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:PORT",
        "localhost.evil.example:PORT",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:PORT",
        "evillocalhost:PORT",
        "evil.example#.localhost",
        "evil.example/.localhost",
        "user@localhost",
        "localhost:PORT, evil.example",
        "localhost:",
        "localhost:80:80",
        "169.254.169.254",
        "s3.amazonaws.com",
        "bucket.host.docker.internal:PORT",
        "host.containers.internal:PORT",  # moto would take it for a bucket called host
        "",
    ],
)
def test_a_request_for_another_host_is_refused_in_one_line(port: int, host: str) -> None:
    status, headers, text = ask(port, "POST", Host=host, body=b"x" * 1_000_000)
    assert status == 421
    assert text.startswith("constructs-lib: this AWS is at localhost,")
    assert text.count("\n") == 1
    assert not [name for name in headers if name.lower().startswith("access-control-")]


def test_a_request_without_a_host_is_refused(port: int) -> None:
    assert ask(port)[0] == 421


def test_of_two_hosts_none_counts(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", "localhost")
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    assert connection.getresponse().status == 421
    connection.close()


def test_the_host_of_a_whole_address_counts(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.putrequest("GET", f"http://evil.example:{port}/", skip_host=True)
    connection.putheader("Host", f"localhost:{port}")
    connection.endheaders()
    assert connection.getresponse().status == 421
    connection.close()


@given(st.text(string.ascii_lowercase + string.digits + ".-:[]@#/%_", max_size=30))
@example("localhost.evil")
@example("x.localhost@evil")
def test_only_names_that_end_here_are_taken(host: str) -> None:
    taken = refusal({"HTTP_HOST": host}) is None
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    ends_here = name in ("localhost", "127.0.0.1", "[::1]") or name.endswith((".localhost", ".127.0.0.1"))
    assert not taken or ends_here or name == "host.docker.internal"


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost:3000"},
    {"Origin": "https://localhost:PORT"},
    {"Origin": "http://127.0.0.1:PORT"},  # another origin than the Host that is asked
    {"Origin": "http://bucket.localhost:PORT"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_User": "?1"},
    {"Sec_Fetch_Site": "something-new"},
    {"Referer": "https://evil.example/page"},
    {"Referer": "http://localhost:PORT@evil.example/"},
    {"Referer": "http://localhost:3000/"},
    {"Referer": "http://[broken"},
    {"Referer": ""},
    {"Sec_Fetch_Site": "same-origin", "Origin": "https://evil.example"},
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("said", FOREIGN, ids=str)
def test_a_page_of_another_origin_is_refused_by_every_method(port: int, said: dict[str, str], method: str) -> None:
    asks = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization"}
    status, headers, text = ask(port, method, Host="localhost:PORT", **said, **(asks if method == "OPTIONS" else {}))
    assert status == 403
    assert not [name for name in headers if name.lower().startswith("access-control-")]
    if method != "HEAD":
        assert text.startswith("constructs-lib: the page of a browser asked (")
        assert text.count("\n") == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "navigate"},
        {"Sec_Fetch_Site": "same-origin", "Referer": "http://localhost:PORT/bucket/report.html"},
        {"Origin": "http://localhost:PORT"},
    ],
    ids=str,
)
def test_tools_and_what_somebody_opens_in_a_browser_are_answered(port: int, said: dict[str, str]) -> None:
    assert ask(port, Host="localhost:PORT", **said)[0] == 200


@pytest.mark.parametrize("said", [{"Sec_Fetch_Site": "none"}, {"Origin": "http://host.docker.internal:PORT"}], ids=str)
def test_no_browser_is_taken_by_the_name_that_containers_have_for_this_machine(port: int, said: dict[str, str]) -> None:
    assert ask(port, Host="host.docker.internal:PORT", **said)[0] == 403


def test_what_is_shown_of_a_header_is_short_and_plain(port: int) -> None:
    text = ask(port, Host="localhost:PORT", Origin="\x1b[31m" + "x" * 10_000)[2]
    assert r"Origin: '\x1b[31mxxx" in text
    assert "\x1b" not in text
    assert len(text) < 400
