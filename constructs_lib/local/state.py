"""Where an embedded AWS keeps what others of this user find it by."""

import os
import stat
import tempfile
from pathlib import Path


def state_directory() -> Path:
    """One of this user: below ``XDG_RUNTIME_DIR``, ``XDG_CACHE_HOME`` or ``~/.cache``, the first of them there is."""
    base = os.environ.get("XDG_RUNTIME_DIR") or os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(base or Path.home() / ".cache") / "constructs-lib"
    except RuntimeError:  # a user without an entry, as in many containers
        return spare_directory()


def spare_directory() -> Path:
    """One that is there when the first cannot be written to."""
    return Path(tempfile.gettempdir()) / f"constructs-lib-{os.getuid()}"


def is_own(path: Path) -> bool:
    """Whether a file or directory belongs to this user, and nobody else can write to it: what it says is trusted."""
    try:
        found = path.lstat()
    except OSError:
        return False
    shared = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return found.st_uid == os.getuid() and not shared and not stat.S_ISLNK(found.st_mode)
