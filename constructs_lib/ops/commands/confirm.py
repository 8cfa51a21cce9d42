"""Questions before something is done that cannot be undone."""

import sys

import click

yes_option = click.option("--yes", is_flag=True, help="Do not ask. Needed where nobody can be asked, as in a pipe.")


def confirm(question: str, *, yes: bool) -> None:
    """Ask, unless ``yes`` says that it is wanted; a no ends the command with exit code 1.

    Raises:
        UsageError: there is nobody to ask.
    """
    if yes:
        return
    if not is_asked():
        raise click.UsageError(f"{question} There is nobody to ask: standard input is no terminal. Give --yes.")
    if not click.confirm(question, err=True):
        raise click.ClickException("nothing was done")


def is_asked() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()
