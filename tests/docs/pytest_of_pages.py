"""Runs the tests of pages, each in its directory, in one process: aws-cdk-lib and moto are imported once.

As a program it takes lines of JSON, a directory and the arguments of pytest each, and answers each with a line.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import pytest


class PytestOfPages:
    """A process that runs pytest for one page after the other; a context manager.

    Args:
        python: the Python that it runs by.
    """

    def __init__(self, python: Path) -> None:
        self._python = python

    def __enter__(self) -> Self:
        # No worker of the pytest-xdist that runs the tests of the docs.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self._process = subprocess.Popen(
            [str(self._python), "-P", __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, directory: Path, arguments: Sequence[str]) -> tuple[int, str]:
        """The exit code of pytest, and what it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(directory), *arguments]) + "\n")
        self._process.stdin.flush()
        code, printed = json.loads(self._process.stdout.readline())
        return code, printed


def main() -> None:
    """Answer each line of the standard input."""
    answers, sys.stdout = sys.stdout, sys.stderr
    known = set(sys.modules)
    for line in sys.stdin:
        directory, *arguments = json.loads(line)
        os.chdir(directory)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            code = pytest.main([*arguments, "-p", "no:xdist", "-p", "no:cacheprovider", "--rootdir", directory])
        for name in set(sys.modules) - known:  # modules of the page; the next one may have some of the same names
            if str(getattr(sys.modules[name], "__file__", None) or "").startswith(directory):
                del sys.modules[name]
        sys.path[:] = [path for path in sys.path if not path.startswith(directory)]
        answers.write(json.dumps([int(code), printed.getvalue()]) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
