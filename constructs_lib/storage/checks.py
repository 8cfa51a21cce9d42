"""Checks that several kinds of storage share."""

import re
from posixpath import normpath
from typing import Final

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.platform import Platform
from constructs_lib.core.tokens import resolved
from constructs_lib.rules import Rule

_MODE: Final = re.compile(r"[0-7]{3,4}")
"""https://docs.aws.amazon.com/efs/latest/ug/API_CreationInfo.html"""


def check_platform(place: ArgumentPath, platform: Platform, only: Platform, *, what: str, fix: str) -> None:
    """Refuse a job on a platform that has no such storage."""
    if platform is not only:
        raise Rule.STORAGE_PLATFORM.error(
            place, got=f"{what} for a job on {platform.name}", expected=f"only jobs on {only.name} have it", fix=fix
        )


def check_path(where: str, path: str) -> None:
    """Refuse a path that is relative, not in its plain form, or the root."""
    if resolved(path) and (not path.startswith("/") or path.startswith("//") or normpath(path) != path or path == "/"):
        raise Rule.DIRECTORY.error(where, got=repr(path), fix='Write it as in "/mnt/data".')


def check_permissions(where: str, permissions: str) -> None:
    """Refuse what is no mode of a directory."""
    if resolved(permissions) and not _MODE.fullmatch(permissions):
        raise Rule.PERMISSIONS.error(
            where, got=repr(permissions), fix='Write "750" for a directory that the owner writes and the group reads.'
        )


def check_prefix(where: str, prefix: str, *, directory: bool = False) -> None:
    """Refuse a prefix that no key has, or that means more than it says; a directory has to end with a slash."""
    if not resolved(prefix):
        return
    unfinished = directory and prefix != "" and not prefix.endswith("/")
    if prefix.startswith("/") or set("*?") & set(prefix) or unfinished:
        raise Rule.PREFIX.error(
            where,
            got=repr(prefix),
            expected="it is the beginning of keys, without a slash in front and without wildcards"
            + (", and a directory ends with a slash" if directory else ""),
            fix='Write it as in "inputs/": all keys that begin so are meant.',
        )
