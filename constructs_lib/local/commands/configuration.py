"""What the environment says of an AWS that is elsewhere: kept from the one that is here, and from its clients.

A profile that does not exist, a broken ~/.aws/config or a proxy would otherwise stop what reaches this machine only.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

_KEPT = {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
"""Which instance is meant, and the key to it when its state file is not here."""

_NOWHERE = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
_HERE = "localhost,127.0.0.1,::1"
_META = f"{__name__}.environment"


def leave_out_configuration() -> None:
    """Take it out of the environment of this process until the command has ended."""
    context = click.get_current_context()
    context.meta[_META] = dict(os.environ)
    context.with_resource(_without_configuration())


def given_environment() -> Mapping[str, str]:
    """The environment that the command was called with, for the app that it synthesizes."""
    found: Mapping[str, str] = click.get_current_context().meta.get(_META, os.environ)
    return found


@contextmanager
def _without_configuration() -> Iterator[None]:
    direct = {
        name: ",".join(filter(None, [os.environ.get(name), _HERE]))
        for name in ("NO_PROXY", "no_proxy")
        if name in os.environ or name.isupper()
    }
    changed = {name: None for name in os.environ if name.startswith("AWS_") and name not in _KEPT} | _NOWHERE | direct
    before = {name: os.environ.get(name) for name in changed}
    _set(changed)
    try:
        yield
    finally:
        _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
