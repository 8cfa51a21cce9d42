"""Copies of directories."""

import errno
import os
from pathlib import Path

import pytest

from constructs_lib.local.job_environment.clones import clone, is_large


@pytest.fixture
def source(tmp_path: Path) -> Path:
    made = tmp_path / "source"
    (made / "deep" / "er").mkdir(parents=True)
    (made / "deep" / "er" / "program").write_bytes(os.urandom(100_000))
    (made / "deep" / "er" / "program").chmod(0o755)
    (made / "empty").touch()
    (made / "link").symlink_to("/nowhere")
    os.utime(made / "empty", ns=(1, 1_234_567_890))
    os.mkfifo(made / "pipe")
    (made / "deep").chmod(0o555)
    return made


def cannot(*_: object) -> int:
    raise OSError(errno.EXDEV, "other file system")


@pytest.mark.parametrize("by_kernel", [True, False])
def test_everything_is_there_and_as_it_was(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, by_kernel: bool
) -> None:
    if not by_kernel:
        monkeypatch.setattr(os, "copy_file_range", cannot)
    target = tmp_path / "target"
    target.mkdir()
    clone(source, target)
    program = target / "deep" / "er" / "program"
    assert program.read_bytes() == (source / "deep" / "er" / "program").read_bytes()
    assert program.stat().st_mode & 0o777 == 0o755
    assert (target / "link").readlink() == Path("/nowhere")
    assert (target / "empty").stat().st_mtime_ns == 1_234_567_890
    assert not (target / "pipe").exists()
    assert (target / "deep").stat().st_mode & 0o700 == 0o700  # its owner can write into it, and remove it


def test_a_change_of_the_copy_is_none_of_the_source(source: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    clone(source, tmp_path / "target")
    (tmp_path / "target" / "empty").write_text("changed")
    assert (source / "empty").read_text() == ""


def test_what_cannot_be_copied_raises(source: Path, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "empty").touch()
    with pytest.raises(FileExistsError):
        clone(source, tmp_path / "target")


def test_many_files_are_large_and_so_are_big_ones(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert not is_large(tmp_path)
    for number in range(501):
        (tmp_path / "a" / "b" / str(number)).touch()
    assert is_large(tmp_path)
    with (tmp_path / "big").open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    for number in range(501):
        (tmp_path / "a" / "b" / str(number)).unlink()
    assert is_large(tmp_path)
