"""Confinement by bubblewrap.

Source: https://github.com/containers/bubblewrap
"""

import os
import shutil
from collections.abc import Iterator, Sequence

CAPABILITIES = (
    *("CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE"),
    *("SETFCAP", "SETGID", "SETPCAP", "SETUID"),
)
"""What root may do in a container of docker, without what needs a network or a root directory of its own."""

_ALWAYS = ("--unshare-pid", "--die-with-parent")


def launchers() -> Iterator[Sequence[str]]:
    """The beginnings of commands that could work here, the best one first."""
    program = shutil.which("bwrap")
    if program is None:
        return
    if os.geteuid() == 0:
        # Files of all owners stay files of theirs, which a namespace of users would not let root have.
        yield (program, *_ALWAYS, "--cap-drop", "ALL", *(word for name in CAPABILITIES for word in _added(name)))
    yield (program, *_ALWAYS, "--unshare-user")


def _added(name: str) -> tuple[str, str]:
    return ("--cap-add", f"CAP_{name}")
