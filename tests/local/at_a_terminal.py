"""A command at a terminal of the tests: it prints, somebody types, and it ends with its exit code."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LONGEST_SECONDS = 60
_AT_ITS_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""A program becomes the one that Ctrl-C reaches; to fork here, where an embedded AWS has threads, could lock up."""


class Terminal:
    """A program that was started at a terminal.

    Args:
        argv: the program and its arguments.
        environment: its variables.
        columns: how wide the terminal is.
        kind: what it is; ``dumb`` is one on which nothing moves.
    """

    def __init__(
        self, argv: Sequence[str], environment: Mapping[str, str], *, columns: int = 80, kind: str = "xterm-256color"
    ) -> None:
        self._written = ""
        self._file, program = pty.openpty()
        fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AT_ITS_TERMINAL, *argv],
            env={**environment, "TERM": kind},
            stdin=program,
            stdout=program,
            stderr=program,
        )
        os.close(program)

    def until(self, text: str) -> str:
        """Read until it has written something; all that it has written, without colors and movements."""
        deadline = time.monotonic() + _LONGEST_SECONDS
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text!r} is not in {self.text!r}"
            assert self._read(), f"it ended without {text!r}: {self.text!r}"
        return self.text

    def type(self, text: str) -> None:
        """Type something; ``\\x03`` is Ctrl-C."""
        os.write(self._file, text.encode())

    def end(self) -> int:
        """Wait for its end; its exit code."""
        while self._read():
            pass
        os.close(self._file)
        return self._process.wait(_LONGEST_SECONDS)

    @property
    def text(self) -> str:
        """What it has written."""
        return _ESCAPES.sub("", self._written)

    def _read(self) -> bool:
        """Read what there is; whether there may be more."""
        if not select.select([self._file], [], [], 1)[0]:
            return True
        try:
            chunk = os.read(self._file, 65_536)
        except OSError:  # nobody writes any more
            return False
        self._written += chunk.decode(errors="replace")
        return bool(chunk)
