"""Copies of directories: their blocks are shared where the file system can, and copied by the kernel elsewhere.

Source: https://man7.org/linux/man-pages/man2/copy_file_range.2.html
"""

import errno
import os
import shutil
from pathlib import Path

_AT_ONCE = 1 << 30
_CANNOT = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}
_ONES_OWN = 0o700
_MOST_BYTES, _MOST_FILES = 16 * 1024 * 1024, 500


def is_large(directory: Path) -> bool:
    """Whether to copy a directory takes longer than to lay changes over it, some fifteen milliseconds."""
    size = count = 0
    for path, _, names in os.walk(directory):
        for name in names:
            size, count = size + os.lstat(f"{path}/{name}").st_size, count + 1
        if size > _MOST_BYTES or count > _MOST_FILES:
            return True
    return False


def clone(source: Path, target: Path) -> None:
    """Copy what is in a directory into another one, which is empty: files, directories and symbolic links as they are.

    Times are kept, because they say whether a compiled module is that of its source.

    Args:
        source: what is copied.
        target: where to.

    Raises:
        OSError: something cannot be read, or there is no space.
    """
    if hasattr(os, "copy_file_range"):
        _clone(str(source), str(target))
    else:
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)


def _clone(source: str, target: str) -> None:
    with os.scandir(source) as entries:
        for entry in entries:
            there = f"{target}/{entry.name}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), there)  # noqa: PTH115, PTH211 - an attempt waits: paths cost time
            elif entry.is_dir():
                os.mkdir(there)  # noqa: PTH102 - as above
                _clone(entry.path, there)
                os.chmod(there, entry.stat().st_mode & 0o7777 | _ONES_OWN)  # noqa: PTH101 - as above
            elif entry.is_file():  # a socket or a pipe is not part of an image
                _clone_file(entry.path, there)


def _clone_file(source: str, target: str) -> None:
    reading = os.open(source, os.O_RDONLY)
    try:
        found = os.fstat(reading)
        writing = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, found.st_mode & 0o7777)
        try:
            _copy(reading, writing)
            os.utime(writing, ns=(found.st_atime_ns, found.st_mtime_ns))
        finally:
            os.close(writing)
    finally:
        os.close(reading)


def _copy(reading: int, writing: int) -> None:
    try:
        while os.copy_file_range(reading, writing, _AT_ONCE):
            pass
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        with open(reading, "rb", closefd=False) as ours, open(writing, "wb", closefd=False) as theirs:
            shutil.copyfileobj(ours, theirs)
