"""The image must also run without Docker: its commands in the directory that it is built from."""

import json

import pytest
from dockerfile_parse import DockerfileParser

from tests.unit.container.conftest import CONTAINER, RunWorker

Instructions = list[tuple[str, str]]


@pytest.fixture(scope="module")
def instructions() -> Instructions:
    with (CONTAINER / "Dockerfile").open("rb") as file:
        parser = DockerfileParser(fileobj=file)
        return [(entry["instruction"], entry["value"]) for entry in parser.structure]


def value(instructions: Instructions, name: str) -> str:
    (found,) = [text for instruction, text in instructions if instruction == name]
    return found


def test_default_command_runs_in_the_directory_of_the_image(instructions: Instructions, run_worker: RunWorker) -> None:
    assert json.loads(value(instructions, "ENTRYPOINT")) == ["python", "-m", "worker"]
    done = run_worker(*json.loads(value(instructions, "CMD")), cwd=CONTAINER, ITEMS="[2]")
    assert json.loads(done.stdout) == {"index": 0, "item": 2}


def test_every_package_is_copied_to_the_same_place(instructions: Instructions) -> None:
    copied = [tuple(text.split()) for instruction, text in instructions if instruction == "COPY"]
    packages = {path.parent.name for path in CONTAINER.glob("*/__init__.py")}
    assert set(copied) == {(name, name) for name in packages}


def test_docker_sees_what_is_copied_and_nothing_else(instructions: Instructions) -> None:
    lines = (CONTAINER / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {text.split()[0] for instruction, text in instructions if instruction == "COPY"}
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == copied
    assert "*" in lines


def test_base_image_is_an_argument_and_the_user_is_not_root(instructions: Instructions) -> None:
    assert value(instructions, "ARG") == "BASE_IMAGE=public.ecr.aws/docker/library/python:3.13-slim"
    assert value(instructions, "FROM") == "${BASE_IMAGE}"
    assert value(instructions, "USER").partition(":")[0] not in {"0", "root"}
