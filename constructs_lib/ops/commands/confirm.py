"""Questions before something is done that cannot be undone."""

import sys

import click

yes_option = click.option("--yes", is_flag=True, help="Do not ask. Needed where nobody can be asked, as in a pipe.")


class NobodyToAskError(click.ClickException):
    """A question that nobody can answer: wrong usage, about which the usage of the command says nothing."""

    exit_code = 2


def confirm(question: str, *, yes: bool) -> None:
    """Ask, unless ``yes`` says that it is wanted; a no ends the command with exit code 1.

    Raises:
        NobodyToAskError: there is nobody to ask, which ends the command with exit code 2.
    """
    if yes:
        return
    if not is_asked():
        raise NobodyToAskError(f"{question} There is nobody to ask: standard input is no terminal. Give --yes.")
    if not click.confirm(question, err=True):
        raise click.ClickException("nothing was done")


def is_asked() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()
