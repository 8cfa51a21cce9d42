"""State files: found while their process runs, removed when it is gone."""

import json
import os
import secrets
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from constructs_lib.local.account import Keys
from constructs_lib.local.control.instances import (
    INSTANCES,
    Instance,
    NotPrivateError,
    instances_directory,
    keys_at,
    private_directory,
    registered,
    running,
)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv(INSTANCES, raising=False)


TOKEN = secrets.token_urlsafe()


def instance(port: int) -> Instance:
    return Instance(port, 1, "logs", 0.0, "ID", "secret")


def test_an_instance_is_found_while_it_is_registered() -> None:
    assert running() == []
    with registered(instance(2)), registered(instance(1)):
        assert running() == [instance(1), instance(2)]
        assert running()[0].url == "http://127.0.0.1:1"
    assert running() == []
    assert list(instances_directory().iterdir()) == []


def test_the_file_of_a_process_that_was_killed_is_removed() -> None:
    script = """
import os
from constructs_lib.local.control.instances import Instance, registered
with registered(Instance(7, os.getpid(), "logs", 0.0, "ID", "secret")):
    os.kill(os.getpid(), 9)
"""
    process = subprocess.run([sys.executable, "-c", script], check=False)
    assert process.returncode == -9
    assert len(list(instances_directory().iterdir())) == 1
    assert running() == []
    assert list(instances_directory().iterdir()) == []


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "HOME"])
def test_without_a_runtime_directory_the_cache_is_used(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv(name, str(tmp_path))
    assert instances_directory().is_relative_to(tmp_path)


def test_nobody_but_its_user_can_read_the_keys_of_an_instance() -> None:
    instances_directory().mkdir(parents=True, mode=0o755)  # by an earlier version
    before = os.umask(0)
    try:
        with registered(instance(1)):
            [path] = instances_directory().iterdir()
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


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_its_user_can_read_the_token() -> None:
    previous = os.umask(0)
    try:
        with registered(Instance(1, 1, "logs", 0.0, "ID", "secret", TOKEN)):
            [file] = instances_directory().iterdir()
            assert (mode(instances_directory()), mode(file)) == (0o700, 0o600)
            assert json.loads(file.read_text())["token"] == TOKEN
            assert [item.token for item in running()] == [TOKEN]
            assert TOKEN not in repr(running())
    finally:
        os.umask(previous)


@pytest.mark.parametrize("act", [private_directory, running])
def test_a_directory_that_others_could_use_is_closed_to_them(act: Callable[[], object]) -> None:
    instances_directory().mkdir(parents=True)
    instances_directory().parent.chmod(0o777)
    instances_directory().chmod(0o755)
    act()
    assert (mode(instances_directory().parent), mode(instances_directory())) == (0o755, 0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
@pytest.mark.parametrize("act", [private_directory, running])
@pytest.mark.parametrize("level", [0, 1])
def test_a_directory_of_another_user_is_not_trusted(level: int, act: Callable[[], object]) -> None:
    instances_directory().mkdir(parents=True)
    theirs = [instances_directory(), instances_directory().parent][level]
    os.chown(theirs, 12345, 12345)
    with pytest.raises(
        NotPrivateError, match=f"{theirs} is another user's: name a directory of yours in CONSTRUCTS_LIB_INSTANCES"
    ):
        act()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a link away")
def test_a_link_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    instances_directory().parent.mkdir(parents=True)
    instances_directory().symlink_to(elsewhere)
    private_directory()  # a link of one's own is no harm
    os.lchown(instances_directory(), 12345, 12345)
    with pytest.raises(NotPrivateError, match="is another user's"):
        private_directory()


def test_a_place_where_nothing_can_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "file"))
    with pytest.raises(NotPrivateError, match=r"cannot be used \(Not a directory\): name a directory of yours in"):
        private_directory()


def test_a_link_in_the_place_of_an_unfinished_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("kept")
    (private_directory() / "1-1.new").symlink_to(victim)
    with registered(instance(1)):
        assert running() == [instance(1)]
    assert victim.read_text() == "kept"


def test_the_directory_may_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(INSTANCES, str(tmp_path / "named"))
    with registered(instance(1)):
        assert running() == [instance(1)]
        assert (instances_directory(), mode(instances_directory())) == (tmp_path / "named", 0o700)
