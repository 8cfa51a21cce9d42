"""Files for names that somebody else gave, a template, a job or a build context: none leads out of its directory."""

import errno
import hashlib
import os
import re
from collections import deque
from pathlib import Path

_UNFIT = re.compile(r"[\x00-\x1f\x7f%\ud800-\udfff]")
"""What no name of a file has, or had better not have; and the character by which it is written instead."""
_LONGEST_BYTES = 200
_HEAD_BYTES = 150
_MOST_LINKS = 40
"""As many links in one path as Linux follows."""


def below(directory: Path, name: str) -> Path:
    """The file for a name, below a directory; another one for each name.

    Slashes in the name make directories. What would lead elsewhere is spelled: ``..`` is ``%..``, a part without
    characters, as before the first slash of ``/a``, is ``%``; so are control characters, by their number. A long part
    is cut off, and has a hash at its end.
    """
    return directory.joinpath(*(_spelled(part) for part in name.split("/")))


def _spelled(part: str) -> str:
    text = _UNFIT.sub(_by_number, part)
    if text in ("", ".", ".."):
        return f"%{text}"
    if len(text.encode()) <= _LONGEST_BYTES:
        return text
    head = text.encode()[:_HEAD_BYTES].decode(errors="ignore")
    return f"{head}%%{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _by_number(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="surrogatepass"))


def within(root: Path, path: str) -> Path:
    """The file that a path means where a directory is the root of all files: links are followed as there.

    Args:
        root: the directory.
        path: what follows it; need not be there.

    Raises:
        OSError: links lead in a circle.
    """
    found: list[str] = []
    ahead = deque(path.split("/"))
    links = 0
    while ahead:
        part = ahead.popleft()
        if part in ("", "."):
            continue
        if part == "..":
            del found[-1:]
            continue
        here = root.joinpath(*found, part)
        if not here.is_symlink():
            found.append(part)
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(here))
        leads_to = str(here.readlink())
        if leads_to.startswith("/"):
            found.clear()
        ahead.extendleft(reversed(leads_to.split("/")))
    return root.joinpath(*found)
