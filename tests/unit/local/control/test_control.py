"""The control endpoint: what it answers, and what its client makes of that."""

import http.client
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from constructs_lib.local.control.application import Body, Control, RefusedError
from constructs_lib.local.control.client import ControlClient, ControlError
from constructs_lib.local.control.instances import Instance, registered
from constructs_lib.local.server import Server


def others(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("418 I'm a teapot", [])
    return [b"{}"]


TOKEN = "the-token-of-the-instance"  # noqa: S105 - random ones would be other parameters for each worker of pytest
Serve = Callable[..., ControlClient]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve operations by an instance that is known, unless it is not to be."""
    with ExitStack() as stack:

        def serve_(*, known: bool = True, **operations: Callable[[Body], Body]) -> ControlClient:
            by_name = {name.replace("_", " "): operation for name, operation in operations.items()}
            server = Server(Control(by_name, others, token=TOKEN))
            stack.callback(server.close)
            if known:
                stack.enter_context(registered(Instance(server.port, 1, "logs", 0.0, "ID", "secret", TOKEN)))
            server.start()
            return ControlClient(server.url)

        yield serve_


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


def ask(
    client: ControlClient, method: str, name: str, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, object]]:
    """Status and answer of a raw request."""
    connection = http.client.HTTPConnection(client.endpoint_url.removeprefix("http://"))
    spelled = {key.replace("_", "-"): value for key, value in headers.items()}
    connection.request(method, f"/_constructs-lib/{name}", body, spelled)
    answer = connection.getresponse()
    told = json.load(answer)
    connection.close()
    return answer.status, told


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize(
    "shown",
    [None, "", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xe9", f"bearer  {TOKEN}"],
)
def test_without_the_token_nothing_happens(serve: Serve, shown: str | None, method: str) -> None:
    asked: list[Body] = []
    names = {f"{verb}_shutdown": lambda body: asked.append(body) or body for verb in ("GET", "POST", "PUT", "OPTIONS")}
    client = serve(**names)
    headers = {"Content_Type": "application/json"} | ({} if shown is None else {"Authorization": shown})
    status, answer = ask(client, method, "shutdown", b"{}", **headers)
    assert (status, asked) == (401, [])
    assert "wants the token of this instance" in str(answer["message"])


@pytest.mark.parametrize(
    "kind", [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"]
)
def test_what_a_form_of_a_page_can_send_is_not_taken(serve: Serve, kind: str | None) -> None:
    asked: list[Body] = []
    client = serve(POST_shutdown=lambda body: asked.append(body) or body)
    headers = {} if kind is None else {"Content_Type": kind}
    status, answer = ask(client, "POST", "shutdown", b"{}", Authorization=f"Bearer {TOKEN}", **headers)
    assert (status, asked) == (415, [])
    assert answer["message"] == f"POST shutdown takes application/json, got {kind or 'nothing'}"


def test_json_with_a_character_set_is_json(serve: Serve) -> None:
    client = serve(POST_shutdown=lambda body: body)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content_Type": "Application/JSON; charset=utf-8"}
    assert ask(client, "POST", "shutdown", b'{"a": 1}', **headers) == (200, {"a": 1})


def test_an_instance_of_somebody_else_is_told(serve: Serve, tmp_path: Path) -> None:
    client = serve(known=False, GET_health=dict)
    expected = r"is none of your instances: .*started by another user, in a container"
    with pytest.raises(ControlError, match=expected) as said:
        client.health()
    assert str(tmp_path) in str(said.value)


def test_another_machine_does_not_learn_the_token(serve: Serve) -> None:
    port = serve(GET_health=dict).endpoint_url.rpartition(":")[2]
    for host, shown in (("localhost", True), ("127.0.0.1", True), ("[::1]", True), ("evil.example", False)):
        assert bool(ControlClient(f"http://{host}:{port}")._authorization()) is shown


def test_a_port_that_is_none() -> None:
    with pytest.raises(ControlError, match="http://localhost:no is no endpoint: expected a URL"):
        ControlClient("http://localhost:no").health()
