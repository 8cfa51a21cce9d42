"""The control endpoint: what it answers, and what its client makes of that."""

from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from constructs_lib.local.control.application import Body, Control, RefusedError
from constructs_lib.local.control.client import ControlClient, ControlError
from constructs_lib.local.server import Server


def others(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("418 I'm a teapot", [])
    return [b"{}"]


Serve = Callable[..., ControlClient]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers = []

    def serve_(**operations: Callable[[Body], Body]) -> ControlClient:
        by_name = {name.replace("_", " "): operation for name, operation in operations.items()}
        servers.append(Server(Control(by_name, others)))
        servers[-1].start()
        return ControlClient(servers[-1].url)

    yield serve_
    for server in servers:
        server.close()


def test_an_operation_answers(serve: Serve) -> None:
    assert serve(GET_health=lambda _: {"pid": 1}).health() == {"pid": 1}


def test_a_refusal_is_told_in_its_own_words(serve: Serve) -> None:
    def refuse(_: Body) -> Body:
        raise RefusedError("not now")

    with pytest.raises(ControlError, match=r"^not now$"):
        serve(POST_shutdown=refuse).stop()


def test_what_it_does_not_know_is_answered_with_what_it_knows(serve: Serve) -> None:
    with pytest.raises(ControlError, match="no POST shutdown, there are: GET health"):
        serve(GET_health=dict).stop()


def test_a_server_that_is_something_else() -> None:
    server = Server(others)
    server.start()
    with pytest.raises(ControlError, match=r"is no embedded AWS of constructs-lib: it answers 418"):
        ControlClient(server.url).health()
    server.close()


def test_nobody_answers() -> None:
    server = Server(others)
    server.close()
    with pytest.raises(ControlError, match=r"no embedded AWS answers at .*: start one with `constructs-lib local up`"):
        ControlClient(server.url).health()


def test_an_endpoint_that_is_no_url() -> None:
    with pytest.raises(ControlError, match=r"4566 is no endpoint: expected a URL such as http://localhost:4566"):
        ControlClient("4566").health()
