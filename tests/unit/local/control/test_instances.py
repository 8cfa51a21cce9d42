"""State files: found while their process runs, removed when it is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib.local.control.instances import Instance, registered, running, state_directory


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def instance(port: int) -> Instance:
    return Instance(port, 1, "logs", 0.0)


def test_an_instance_is_found_while_it_is_registered() -> None:
    assert running() == []
    with registered(instance(2)), registered(instance(1)):
        assert running() == [instance(1), instance(2)]
        assert running()[0].url == "http://localhost:1"
    assert running() == []
    assert list(state_directory().iterdir()) == []


def test_the_file_of_a_process_that_was_killed_is_removed() -> None:
    script = """
import os
from constructs_lib.local.control.instances import Instance, registered
with registered(Instance(7, os.getpid(), "logs", 0.0)):
    os.kill(os.getpid(), 9)
"""
    process = subprocess.run([sys.executable, "-c", script], check=False)
    assert process.returncode == -9
    assert len(list(state_directory().iterdir())) == 1
    assert running() == []
    assert list(state_directory().iterdir()) == []


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "HOME"])
def test_without_a_runtime_directory_the_cache_is_used(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv(name, str(tmp_path))
    assert state_directory().is_relative_to(tmp_path)
