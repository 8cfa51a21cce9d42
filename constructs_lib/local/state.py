"""Where an embedded AWS keeps what others of this user find it by."""

import os
import tempfile
from pathlib import Path


def state_directory() -> Path:
    """One of this user: below ``XDG_RUNTIME_DIR``, ``XDG_CACHE_HOME`` or ``~/.cache``, the first of them there is."""
    base = os.environ.get("XDG_RUNTIME_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "constructs-lib"


def spare_directory() -> Path:
    """One that is there when the first cannot be written to."""
    return Path(tempfile.gettempdir()) / f"constructs-lib-{os.getuid()}"
