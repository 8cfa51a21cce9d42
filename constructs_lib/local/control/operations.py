"""What the control endpoint can do with an embedded AWS."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.control.application import Body, Operation, RefusedError
from constructs_lib.local.images.built_images import ImageError, Images


class Account(Protocol):
    """What is asked of the embedded AWS."""

    @property
    def told_to_stop(self) -> threading.Event:
        """Set when whoever serves it is to stop."""
        ...

    @property
    def images(self) -> Images:
        """What jobs can run."""
        ...

    @property
    def location(self) -> Location:
        """The account and the region of what names neither."""
        ...

    def locations(self) -> list[Location]:
        """The accounts and regions in which there is something, that one first."""
        ...


class Operations:
    """The operations of one embedded AWS.

    Args:
        account: the embedded AWS.
        directory: where it keeps its logs.
        clock: its time.
    """

    def __init__(self, account: Account, directory: Path, clock: Clock) -> None:
        self._account = account
        self._directory = directory
        self._clock = clock

    def by_name(self) -> dict[str, Operation]:
        """Every operation by its method and name."""
        return {
            "GET health": self._health,
            "POST advance": self._advance,
            "POST shutdown": self._shutdown,
            "POST images/build": self._build,
            "POST images/inspect": self._inspect,
            "POST images/tag": self._tag,
            "POST images/push": self._push,
        }

    def _health(self, _: Body) -> Body:
        return {
            "version": version("constructs-lib"),
            "account": self._account.location.account,
            "region": self._account.location.region,
            "locations": [[item.account, item.region] for item in self._account.locations()],
            "pid": os.getpid(),
            "directory": str(self._directory.absolute()),
        }

    def _advance(self, body: Body) -> Body:
        seconds = float(body["seconds"])
        if not isinstance(self._clock, VirtualClock):
            raise RefusedError(
                "its time is that of this machine, which nobody lets pass: start it with `constructs-lib local up "
                "--virtual-time`"
            )
        self._clock.advance(seconds)
        return {"time": datetime.fromtimestamp(self._clock.now(), tz=UTC).isoformat(timespec="seconds")}

    def _shutdown(self, _: Body) -> Body:
        self._account.told_to_stop.set()
        return {}

    def _build(self, body: Body) -> Body:
        image = ImageAsset(
            directory=Path(body["directory"]),
            file=body.get("file") or "Dockerfile",
            target=body.get("target"),
            tag=body["name"],
            build_args=body.get("buildArgs", {}),
            platform=body.get("platform"),
            network=body.get("network"),
        )
        return _answer(lambda: self._account.images.build(image))

    def _inspect(self, body: Body) -> Body:
        return _answer(lambda: self._account.images.find(body["name"]))

    def _tag(self, body: Body) -> Body:
        return _answer(lambda: self._account.images.tag(body["name"], body["newName"]))

    def _push(self, body: Body) -> Body:
        return _answer(lambda: self._account.images.push(body["name"]))


def _answer(action: Callable[[], object]) -> Body:
    try:
        action()
    except ImageError as error:
        raise RefusedError(str(error)) from error
    return {}
