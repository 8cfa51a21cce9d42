"""What commands have left behind that were killed, and their supervisors too: ended before anything else is done."""

from textwrap import shorten

import click

from constructs_lib.local.control.instances import running
from constructs_lib.local.state import state_directory
from constructs_lib.local.supervisor.journal import Leftovers, end_leftovers

_MOST_CHARACTERS = 60
"""So much is shown of the words of a command."""


def end_and_tell() -> bool:
    """End it, and say so on standard error; whether there was anything."""
    running()  # which removes the state files of those that have gone
    found = end_leftovers(patient=True)
    for item in found:
        click.echo(_told(item), err=True)
    removed = _remove_containers()
    if removed:
        click.echo(f"removed {_count(removed, 'container')} that were left behind", err=True)
    return bool(found or removed)


def _told(found: Leftovers) -> str:
    done = [f"ended {_count(len(found.processes), 'process', 'processes')}"] * bool(found.processes)
    done += [f"removed {_count(len(found.paths), 'temporary folder')}"] * bool(found.paths)
    ids = ", ".join(str(process.pid) for process in found.processes)
    command = shorten(found.command, _MOST_CHARACTERS, placeholder=" …")
    return f"{' and '.join(done)} that process {found.owner} ({command}) has left{ids and ': '}{ids}"


def _count(number: int, one: str, several: str | None = None) -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _remove_containers() -> int:
    if not any((state_directory() / "containers").glob("*.lock")):
        return 0
    # Only those who have had an engine wait for it.
    from constructs_lib.local.runners.container.engine import NoEngineError, find_engine  # noqa: PLC0415
    from constructs_lib.local.runners.container.leftovers import has_leftovers, remove_leftovers  # noqa: PLC0415

    try:
        return remove_leftovers(find_engine()) if has_leftovers() else 0
    except NoEngineError:
        return 0  # whoever has one again finds them
