"""The stand-in for docker: the calls that the CDK CLI makes, as the instance gets them."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from constructs_lib.local.commands.docker import main, run
from constructs_lib.local.control.application import Control, RefusedError
from constructs_lib.local.control.client import ControlError
from constructs_lib.local.control.instances import Instance, registered
from constructs_lib.local.server import Server

TOKEN = secrets.token_urlsafe()
Call = tuple[str, dict[str, Any]]


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Call]]:
    """What an instance was asked for; it has one image, ``there``."""
    made: list[Call] = []

    def operation(name: str) -> Any:
        def operation_(body: dict[str, Any]) -> dict[str, Any]:
            made.append((name, body))
            if name == "inspect" and body["name"] != "there":
                raise RefusedError(f"no such image: {body['name']}")
            return {}

        return operation_

    names = ("build", "inspect", "tag", "push")
    server = Server(Control({f"POST images/{name}": operation(name) for name in names}, _none, token=TOKEN))
    server.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "state"))
    with registered(Instance(server.port, 1, "logs", 0.0, "ID", "secret", TOKEN)):
        yield made
    server.close()


def _none(*_: object) -> list[bytes]:
    raise AssertionError


def call(*arguments: str, standard_input: str = "") -> Result:
    return CliRunner().invoke(main, arguments, input=standard_input)


def test_build_as_the_cdk_cli_calls_it(calls: list[Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    options = "--build-arg A=1 --build-arg B=x=y --tag cdkasset-1 --target run --file sub/Dockerfile"
    options += " --network host --platform linux/amd64"
    unused = "--output=type=docker --cache-from type=local --no-cache"
    assert call("build", *options.split(), *unused.split(), ".").exit_code == 0
    assert calls == [
        (
            "build",
            {
                "name": "cdkasset-1",
                "directory": str(tmp_path),
                "file": "sub/Dockerfile",
                "target": "run",
                "buildArgs": {"A": "1", "B": "x=y"},
                "platform": "linux/amd64",
                "network": "host",
            },
        )
    ]


def test_a_dockerfile_outside_of_the_build_context_is_told(
    calls: list[Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "context").mkdir()
    monkeypatch.chdir(tmp_path)
    for file in ("Dockerfile", "context/../Dockerfile", "/etc/passwd"):
        result = call("build", "--tag", "a", "--file", file, "context")
        assert isinstance(result.exception, ControlError)
        assert f"{file} is not in the build context context, of which a copy is kept" in str(result.exception)
    assert calls == []


def test_tag_and_push(calls: list[Call]) -> None:
    assert call("tag", "a", "b").exit_code == 0
    assert call("--config", "somewhere", "push", "b").exit_code == 0
    assert calls == [("tag", {"name": "a", "newName": "b"}), ("push", {"name": "b"})]


def test_inspect_tells_by_its_exit_code(calls: list[Call]) -> None:
    assert call("inspect", "there").exit_code == 0
    result = call("inspect", "elsewhere")
    assert isinstance(result.exception, ControlError)
    assert result.exit_code == 1
    assert len(calls) == 2


def test_login_and_images_ask_for_nothing(calls: list[Call]) -> None:
    assert call("login", "--username", "AWS", "--password-stdin", "host", standard_input="secret").exit_code == 0
    result = call("images", "--format", "{{.Repository}}", "--filter", "reference=*")
    assert (result.exit_code, result.output) == (0, "")
    assert calls == []


def test_without_an_endpoint_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr("sys.argv", ["constructs-lib-docker", "push", "thing"])
    with pytest.raises(SystemExit, match="AWS_ENDPOINT_URL is not set: take the environment that"):
        run()


def test_what_it_cannot_do_is_a_wrong_call() -> None:
    result = call("run", "image")
    assert result.exit_code == 2
    assert "No such command 'run'" in result.output
