"""What the control endpoint can do with an embedded AWS."""

import os
import threading
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from constructs_lib.local.control.application import Body, Operation


class Account(Protocol):
    """What is asked of the embedded AWS."""

    told_to_stop: threading.Event
    """Set when whoever serves it is to stop."""


class Operations:
    """The operations of one embedded AWS.

    Args:
        account: the embedded AWS.
        directory: where it keeps its logs.
    """

    def __init__(self, account: Account, directory: Path) -> None:
        self._account = account
        self._directory = directory

    def by_name(self) -> dict[str, Operation]:
        """Every operation by its method and name."""
        return {"GET health": self._health, "POST shutdown": self._shutdown}

    def _health(self, _: Body) -> Body:
        return {"version": version("constructs-lib"), "pid": os.getpid(), "directory": str(self._directory.absolute())}

    def _shutdown(self, _: Body) -> Body:
        self._account.told_to_stop.set()
        return {}
