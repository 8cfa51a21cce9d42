"""What stops a command and is nobody's mistake in its arguments: a full disk, no right, no such profile."""

import errno
import sys
from pathlib import Path


def words_for(error: Exception) -> str | None:
    """What the system, or an SDK of AWS, refused, in one line; None for a mistake of ours."""
    if isinstance(error, OSError):
        return _words(error)
    sdk = sys.modules.get("botocore.exceptions")  # no command that fails without it needs it
    if sdk and isinstance(error, (sdk.BotoCoreError, sdk.ClientError)):
        return " ".join(str(error).split())
    return None


def _words(error: OSError) -> str:
    why = error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        why = "no space is left"
    where = error.filename or ("where its output goes" if error.errno == errno.ENOSPC else None)
    if where is None and error.errno == errno.ENOENT and not _is_somewhere():
        where = "the current directory"
    return f"{where}: {why}" if where else why


def _is_somewhere() -> bool:
    try:
        return bool(Path.cwd())
    except OSError:  # it was removed
        return False
