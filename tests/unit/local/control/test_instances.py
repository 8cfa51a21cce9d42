"""State files: found while their process runs, removed when it is gone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib.local.account import Keys
from constructs_lib.local.control.instances import Instance, keys_at, registered, running, state_directory


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def instance(port: int) -> Instance:
    return Instance(port, 1, "logs", 0.0, "ID", "secret")


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
with registered(Instance(7, os.getpid(), "logs", 0.0, "ID", "secret")):
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


def test_nobody_but_its_user_can_read_the_keys_of_an_instance() -> None:
    state_directory().mkdir(parents=True, mode=0o755)  # by an earlier version
    before = os.umask(0)
    try:
        with registered(instance(1)):
            [path] = state_directory().iterdir()
            modes = [stat.S_IMODE(item.stat().st_mode) for item in (path, path.parent)]
    finally:
        os.umask(before)
    assert modes == [0o600, 0o700]


def test_keys_are_found_by_the_port_of_an_endpoint_on_this_machine() -> None:
    with registered(instance(4566)):
        for host in ("localhost", "127.0.0.1", "[::1]"):
            assert keys_at(f"http://{host}:4566/") == Keys("ID", "secret")
        for url in ("http://localhost:4567", "http://example.com:4566", "http://localhost:port", "", "4566"):
            assert keys_at(url) is None
    assert keys_at("http://localhost:4566") is None
