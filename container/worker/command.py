"""Items for programs that are not Python.

The program gets the item as JSON on its standard input and in ``ITEM``, and its index in ``ITEM_INDEX``. What it prints
is the result: the value, if that is JSON, and otherwise the text without its last line breaks, as in a shell's
``$(...)``. Standard error goes to the job's log. A failing program ends the job with its own exit code. An item whose
JSON is longer than Linux allows one variable, 128 KiB, comes on standard input only.
"""

from __future__ import annotations

import _thread  # threading is not small
import os
import subprocess
import sys

from worker import strict_json
from worker.context import Context
from worker.errors import ContractError, ResultError
from worker.stopping import EXIT_STOPPED, Stopped

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from typing import IO

_READ_BYTES = 64 * 1024

# One variable of an environment holds 128 KiB on Linux (MAX_ARG_STRLEN); `ITEM=` and the final zero are part of it.
_LONGEST_ITEM_VARIABLE = 128 * 1024 - len("ITEM=") - 1


class CommandFailed(SystemExit):
    """The program ended with an exit code other than 0."""


def run_command(arguments: list[str], item: object, context: Context) -> object:
    """Run a program over an item and return what it printed.

    SIGTERM is forwarded to the program; then the job ends when the program does. What it prints until then is read and
    dropped, so that a program that prints much can end.

    Raises:
        ContractError: the program cannot be started.
        CommandFailed: it failed.
        ResultError: it printed something that is neither JSON nor text.
    """
    text = strict_json.render(item)
    process: subprocess.Popen[bytes] | None = None
    try:
        with context.stop_deferred():  # a program that was started is known before a stop is acted upon
            process = _start(arguments, text, context.index)
            # Threads, because a stop ends what this thread does and the program still reads and writes.
            _thread.start_new_thread(_feed, (process.stdin, text.encode()))
        output = _all_of(process.stdout)
        returncode = process.wait()
    except Stopped:
        if process:
            process.terminate()
            _thread.start_new_thread(_drop, (process.stdout,))
            _end(process.wait() or EXIT_STOPPED)  # a program that ends well now may have saved, and not finished
        raise
    if returncode:
        sys.stdout.buffer.write(output)  # for the log: it may say why
        _end(returncode)
    return _value(output)


def _start(arguments: list[str], item: str, index: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "ITEM_INDEX": str(index), "ITEM": item}
    if len(item) > _LONGEST_ITEM_VARIABLE:
        del environment["ITEM"]
    try:
        # Without buffers: one that a thread holds when the job ends would make Python abort.
        return subprocess.Popen(arguments, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ContractError(f"the program {arguments[0]!r} cannot be started: {reason}") from error


def _feed(pipe: IO[bytes], content: bytes) -> None:
    left = memoryview(content)
    try:
        while left:
            left = left[pipe.write(left) :]
        pipe.close()
    except OSError:
        pass  # the program does not read it, or not to its end: that is its choice


def _all_of(pipe: IO[bytes]) -> bytes:
    """Read to the end, and hear signals between two parts: a read of all would not, as long as something comes."""
    parts = []
    while part := pipe.read(_READ_BYTES):
        parts.append(part)
    return b"".join(parts)


def _drop(pipe: IO[bytes]) -> None:
    while pipe.read(_READ_BYTES):
        pass


def _end(returncode: int) -> None:
    raise CommandFailed(returncode if returncode > 0 else 128 - returncode)  # killed by a signal: as a shell says it


def _value(output: bytes) -> object:
    try:
        text = output.decode()
    except UnicodeDecodeError as error:
        raise ResultError(f"the program's output is neither JSON nor UTF-8 text: {error}") from error
    try:
        return strict_json.parse(text)
    except ValueError:
        return text.rstrip("\r\n")
