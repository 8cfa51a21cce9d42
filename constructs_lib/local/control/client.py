"""Asks a running instance for what AWS has no API for."""

import json
import urllib.error
import urllib.request
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from constructs_lib.local.account import Location
from constructs_lib.local.apps.assembly import ImageAsset
from constructs_lib.local.control import PREFIX
from constructs_lib.local.control.instances import NotPrivateError, instances_directory, running

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_TIMEOUT_SECONDS = 30.0


class ControlError(Exception):
    """No instance answers at the endpoint, or it refused."""


class ControlClient:
    """The control endpoint of an instance that `up` of the same user started: its state file has the token.

    Args:
        endpoint_url: where the instance serves, such as ``http://localhost:4566``.
    """

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url.rstrip("/")

    def health(self) -> dict[str, Any]:
        """Version, accounts, regions, process id and directory of the instance."""
        return self._call("GET", "health")

    def location(self) -> Location:
        """The account and the region of what names neither."""
        found = self.health()
        return Location(found["account"], found["region"])

    def locations(self) -> list[Location]:
        """The accounts and regions in which there is something, that of what names neither first."""
        return [Location(account, region) for account, region in self.health()["locations"]]

    @property
    def directory(self) -> Path:
        """Where the logs of its jobs are."""
        return Path(self.health()["directory"])

    def stop(self) -> None:
        """Ask the instance to stop; it does so after it has answered."""
        self._call("POST", "shutdown", {})

    def advance(self, time: timedelta) -> str:
        """Let so much of the instance's virtual time pass; the time that it is then, as ISO 8601 has it."""
        return str(self._call("POST", "advance", {"seconds": time.total_seconds()}, timeout=None)["time"])

    def build(self, name: str, image: ImageAsset) -> None:
        """Keep a copy of an image's directory under a name."""
        body = {
            "name": name,
            "directory": str(image.directory.absolute()),
            "file": image.file,
            "target": image.target,
            "buildArgs": image.build_args,
            "platform": image.platform,
            "network": image.network,
        }
        self._call("POST", "images/build", body)

    def inspect(self, name: str) -> None:
        """Raise `ControlError` when there is no image with a name."""
        self._call("POST", "images/inspect", {"name": name})

    def tag(self, name: str, new_name: str) -> None:
        """Give an image another name, too."""
        self._call("POST", "images/tag", {"name": name, "newName": new_name})

    def push(self, name: str) -> None:
        """Let jobs run an image."""
        self._call("POST", "images/push", {"name": name})

    def _call(
        self, method: str, name: str, body: dict[str, Any] | None = None, *, timeout: float | None = _TIMEOUT_SECONDS
    ) -> dict[str, Any]:
        if not _is_endpoint(self.endpoint_url):
            given = (
                self.endpoint_url if self.endpoint_url.isprintable() and self.endpoint_url else repr(self.endpoint_url)
            )
            raise ControlError(f"{given} is no endpoint: expected a URL such as http://localhost:4566")
        request = urllib.request.Request(  # noqa: S310 - http, checked above
            self.endpoint_url + PREFIX + name,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **self._authorization()},
        )
        # This machine is asked, whatever proxy the environment names.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise ControlError(self._refusal(error)) from None
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise ControlError(
                f"no embedded AWS answers at {self.endpoint_url} ({reason}): start one with `constructs-lib local up`"
            ) from None

    def _authorization(self) -> dict[str, str]:
        parts = urlsplit(self.endpoint_url)
        try:
            tokens = [item.token for item in running() if item.port == parts.port]
        except NotPrivateError as error:
            raise ControlError(str(error)) from None
        # A machine that is not this one must not learn it.
        return {"Authorization": f"Bearer {tokens[0]}"} if tokens and parts.hostname in _THIS_MACHINE else {}

    def _refusal(self, error: urllib.error.HTTPError) -> str:
        if error.code == HTTPStatus.UNAUTHORIZED:
            error.close()
            return (
                f"{self.endpoint_url} is none of your instances: {instances_directory()} has no token for it. Was it "
                "started by another user, in a container, or by a program without `constructs-lib local up`?"
            )
        with error:
            try:
                return str(json.load(error)["message"])
            except (ValueError, KeyError, TypeError):
                return f"{self.endpoint_url} is no embedded AWS of constructs-lib: it answers {error.code}"


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_one = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False
    return is_one and url.isascii() and not any(letter <= " " for letter in url)
