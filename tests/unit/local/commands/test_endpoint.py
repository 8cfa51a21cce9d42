"""Which instance a command talks to, and what it says when none is meant."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.local.account import Keys
from constructs_lib.local.commands import endpoint
from constructs_lib.local.commands.down import _chosen
from constructs_lib.local.control.application import Control
from constructs_lib.local.control.instances import Instance, registered, running
from constructs_lib.local.server import Server

TOKEN = secrets.token_urlsafe()


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    made = [Server(Control({"GET health": lambda _: {}}, lambda *_: [], token=TOKEN)) for _ in range(2)]
    for server in made:
        server.start()
    yield made
    for server in made:
        server.close()


def register(stack: ExitStack, *servers: Server) -> None:
    for server in servers:
        stack.enter_context(registered(Instance(server.port, 1, "logs", 0.0, "ID", "secret", TOKEN)))


def test_the_only_one_is_found(servers: list[Server]) -> None:
    with ExitStack() as stack:
        register(stack, servers[0])
        assert endpoint.find(None).endpoint_url == servers[0].url


def test_the_environment_comes_before_what_runs_and_the_option_before_both(
    servers: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        register(stack, *servers)
        monkeypatch.setenv("AWS_ENDPOINT_URL", servers[1].url)
        assert endpoint.find(None).endpoint_url == servers[1].url
        assert endpoint.find(servers[0].url).endpoint_url == servers[0].url


def test_none_and_several_are_told_with_what_to_do(servers: list[Server]) -> None:
    with pytest.raises(click.UsageError, match="nothing is running: start an embedded AWS with"):
        endpoint.find(None)
    with ExitStack() as stack:
        register(stack, *servers)
        with pytest.raises(click.UsageError, match=f"several are running: .*{servers[1].port}.*Choose one with"):
            endpoint.find(None)
        result = CliRunner().invoke(main, ["local", "down"])
        assert result.exit_code == 2
        assert "Choose one with --port, or --all" in " ".join(result.output.split())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_down_stops_the_one_of_several_that_the_environment_names(
    servers: list[Server], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    with ExitStack() as stack:
        register(stack, *servers)
        several = running()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{servers[1].port}/")
        assert [item.port for item in _chosen(several, None, every=False)] == [servers[1].port]
        assert [item.port for item in _chosen(several, servers[0].port, every=False)] == [servers[0].port]
        assert _chosen(several, None, every=True) == several
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        with pytest.raises(click.UsageError, match="several are running"):
            _chosen(several, None, every=False)


@pytest.mark.parametrize("command", ["up", "deploy", "run", "ps", "logs", "down"])
def test_help_teaches_by_examples(command: str) -> None:
    result = CliRunner().invoke(main, ["local", command, "--help"])
    assert result.exit_code == 0
    assert f"  constructs-lib local {command}" in result.output
    assert "Exit code: 0" in result.output


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    items = tmp_path / "items.json"
    items.write_text("[]")
    run = ["run", "Stack", "--items", str(items), "--endpoint", "http://localhost:1", "--parallel", "1"]
    for arguments, message in (
        (run, "leave out the options of app and AWS"),
        (["down", "--all", "--port", "1"], "exclude"),
        (["deploy", "--all", "Stack"], "name stacks, or give --all, and not both"),
        (["deploy"], "name stacks, or give --all"),
    ):
        result = CliRunner().invoke(main, ["local", *arguments])
        assert result.exit_code == 2
        assert message in " ".join(result.output.split())


def test_the_keys_are_those_of_the_instance_or_else_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(click.UsageError, match="no access key for http://localhost:1: export the variables that"):
        endpoint.keys_of("http://localhost:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "THEIRS")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "theirs")
    assert endpoint.keys_of("http://localhost:1") == Keys("THEIRS", "theirs")
    with registered(Instance(1, 1, "logs", 0.0, "ID", "secret")):
        assert endpoint.keys_of("http://localhost:1") == Keys("ID", "secret")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "no key")
    with pytest.raises(click.UsageError, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: the id of an access key"):
        endpoint.keys_of("http://localhost:1")


@pytest.mark.parametrize("command", [["up"], ["run", "Stack", "--items", "-"]])
def test_keys_of_a_wrong_form_are_told_without_repeating_them(command: list[str]) -> None:
    result = CliRunner().invoke(main, ["local", *command, "--keys", "not-told"], input="[]")
    assert result.exit_code == 2
    assert "--keys: expected ID/SECRET, such as local/local" in " ".join(result.output.split())
    assert "not-told" not in result.output
