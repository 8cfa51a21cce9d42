"""``constructs-lib local advance``: lets the time of an instance pass."""

import re
from datetime import timedelta

import click

from constructs_lib.local.commands.endpoint import endpoint_option, find, refused

_FORM = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def _duration(_: click.Context, param: click.Parameter, value: str) -> timedelta:
    found = _FORM.fullmatch(value)
    if not found or not any(found.groups()):
        message = f"got {value!r}, expected days, hours, minutes and seconds, such as 30d, 1d12h or 90s"
        raise click.BadParameter(message, param=param)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise click.BadParameter(f"got {value!r}, which no calendar has", param=param) from None


@click.command(short_help="Let virtual time pass, and what is due happen.")
@click.argument("duration", callback=_duration)
@endpoint_option
def advance(*, duration: timedelta, endpoint: str | None) -> None:
    """Let virtual time pass in a running embedded AWS, and with it everything happen that is due.

    The instance was started with `up --virtual-time`. Schedules start what they start, pipelines run, alarms change
    their state; the command returns when it is so much later, and prints the time.

    \b
    Examples:
      constructs-lib local advance 30d
      constructs-lib local advance 1d12h

    Exit code: 0; 2 wrong usage, nothing is running, or the instance has no virtual time.
    """  # noqa: D301 - click keeps the lines of a paragraph that starts with this character
    client = find(endpoint)
    click.echo(refused(lambda: client.advance(duration)))
