"""What we read from a Dockerfile is what a container engine makes of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.images.dockerfile import copy_files, read_image
from constructs_lib.local.runners.container import ContainerEngine

pytestmark = pytest.mark.local

# All from scratch: nothing has to be pulled, and nothing is executed.
DOCKERFILES = {
    "exec form": 'ENTRYPOINT ["/run", "-v"]\nCMD ["a b", "c"]',
    "shell form": 'CMD echo $HOME "and more"',
    "empty cmd": "ENTRYPOINT run\nCMD []",
    "relative workdir": "WORKDIR /a\nWORKDIR b/../c",
    "workdir of variables": "ARG SUB=x\nENV TOP=/srv\nWORKDIR $TOP/${SUB}",
    "env of env": "ENV A=1\nENV A=2 B=$A C=${A}x",
    "quotes": """ENV A="it's 1" B='$A' C=a\\ b D="x\\"y" E=\\$A""",
    "old env": "ENV NAME a value",
    "defaults": "ENV A=${NONE:-default} B=${A:+set} C=${NONE:+set}",
    "continued": "ENV A=1 \\\n  # a comment\n  B=2",
    "arg": "ARG A=1\nENV B=$A",
    "arg given": "ARG GIVEN=1\nENV B=$GIVEN",
    "env hides arg": "ARG A=1\nENV A=2\nENV B=$A",
    "inherited": 'CMD ["old"]\nENV A=1\nWORKDIR /w\nFROM base\nENV B=$A\nCOPY one .',
    "entrypoint takes cmd away": 'CMD ["old"]\nFROM base\nENTRYPOINT ["run"]',
    "arg ends with its stage": "ARG A=1\nFROM base\nENV B=x$A",
    "copies": "WORKDIR /app\nCOPY one two here/\nCOPY sub /sub\nCOPY sub/ .\nCOPY *.txt texts/\nCOPY one renamed",
    "copy from a stage": "COPY one /made/one\nFROM scratch\nCOPY --from=base /made /app",
}


@pytest.fixture
def context(tmp_path: Path) -> Path:
    for name in ("one", "two", "a.txt", "b.txt", "sub/three", "sub/deep/four"):
        (tmp_path / "context" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "context" / name).write_text(name)
    return tmp_path / "context"


@pytest.mark.parametrize("lines", DOCKERFILES.values(), ids=DOCKERFILES.keys())
def test_we_read_what_the_engine_reads(engine: ContainerEngine, context: Path, tmp_path: Path, lines: str) -> None:
    (context / "Dockerfile").write_text(f"FROM scratch AS base\nLABEL constructs-lib.test=1\n{lines}\n")
    arguments = ["--build-arg", "GIVEN=2"] if "GIVEN" in lines else []
    identifier = tmp_path / "id"
    engine.call("build", *engine.build_words, *arguments, "--iidfile", str(identifier), str(context))
    try:
        [described] = json.loads(engine.call("image", "inspect", identifier.read_text()))
        files = _files(engine, identifier.read_text(), tmp_path / "theirs")
    finally:
        engine.call("rmi", "--force", identifier.read_text())
    ours = read_image(context / "Dockerfile", build_args={"GIVEN": "2"})
    config: dict[str, Any] = described["Config"]
    assert list(ours.entrypoint) == (config.get("Entrypoint") or [])
    assert list(ours.command) == (config.get("Cmd") or [])
    assert ours.workdir == (config.get("WorkingDir") or "/")
    theirs = dict(item.split("=", 1) for item in config.get("Env") or [])
    assert ours.environment == {name: value for name, value in theirs.items() if name != "PATH"}
    copy_files(ours, context, tmp_path / "ours")
    assert _below(tmp_path / "ours") == files


def _files(engine: ContainerEngine, image: str, directory: Path) -> dict[str, str]:
    """The files of an image, by a container that never runs."""
    directory.mkdir()
    container = engine.call("create", *engine.create_words, image, "never")
    try:
        engine.call("cp", f"{container}:/.", str(directory))
    finally:
        engine.call("rm", "--force", container)
    return _below(directory)


def _below(directory: Path) -> dict[str, str]:
    """Files and what is in them; those that engines put into every container are empty."""
    found = {str(path.relative_to(directory)): path for path in directory.rglob("*") if path.is_file()}
    return {name: text for name, path in found.items() if (text := path.read_text())}
