"""Files are there whole or not at all: their writer is killed, the disk is full, they take the place of another."""

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from constructs_lib.local import files
from constructs_lib.local.files import whole, write_text


@pytest.fixture(params=["without a name", "with another name"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "with another name":
        monkeypatch.setattr(files, "_UNNAMED", 0)
    return str(request.param)


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_a_text_is_written_and_its_directory_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "text"
    write_text(path, "ü\n")
    write_text(path, "another\n")
    assert path.read_bytes() == b"another\n"
    assert names(path.parent) == ["text"]


def test_others_may_read_it_as_the_mask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "text", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "text").stat().st_mode) == 0o640


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), whole(path) as file:
        file.write(b"new" * (1 // 0))
    assert names(tmp_path) == ["text"]
    assert path.read_text() == "old"


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "text"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))  # as if the disk were full after so many bytes
    try:
        with pytest.raises(OSError, match=f"File too large: '{path}'"):
            write_text(path, "x" * 200_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path) == []


def test_a_directory_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        write_text(tmp_path / "file" / "text", "")
    (tmp_path / "text").mkdir()
    with pytest.raises(IsADirectoryError):
        write_text(tmp_path / "text", "")
    assert names(tmp_path) == ["file", "text"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere files have names while they are written")
def test_a_writer_that_is_killed_leaves_nothing(tmp_path: Path, way: str) -> None:
    if way == "with another name":
        return
    script = f"""
import os, pathlib
from constructs_lib.local.files import whole
with whole(pathlib.Path({str(tmp_path / "text")!r})) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert names(tmp_path) == []


def test_a_device_is_written_to_and_a_link_leads_to_its_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "there" / "file")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_text(tmp_path / "pipe", "through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    write_text(tmp_path / "link", "far")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "file").read_text() == "far"
    with pytest.raises(OSError, match="No space left"):
        write_text(Path("/dev/full"), "x")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)
