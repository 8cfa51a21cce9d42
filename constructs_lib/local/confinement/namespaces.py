"""Confinement by the kernel's namespaces alone, by a program of our own that is told a view in bubblewrap's words.

Source: https://man7.org/linux/man-pages/man7/user_namespaces.7.html
"""

import sys
from collections.abc import Sequence
from pathlib import Path

_PROGRAM = Path(__file__).with_name("launcher.py")


def launcher() -> Sequence[str]:
    """The beginning of the command."""
    return (sys.executable, "-I", "-S", str(_PROGRAM))
