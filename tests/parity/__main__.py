"""Play the scenarios where AWS_ENDPOINT_URL or the AWS configuration leads, and compare: `make parity`."""

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import click
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from constructs_lib.ops import Account, OperationError
from tests.parity.comparison import Difference, compare, compare_with_recording, flat
from tests.parity.price import price_of
from tests.parity.recordings import Recording, RecordingError, documented
from tests.parity.scenarios import PREFIX, Run, delete, play, run_name
from tests.parity.stacks import TAG, NotReachedError, OverBudgetError, ParityStack, Patience, StackFailedError

_HERE = ("localhost", "127.0.0.1", "::1")
_HERE_PAUSE, _PAUSE = 0.05, 5.0
_EACH_SECONDS = 20 * 60.0
_ENDINGS = (
    BotoCoreError,
    ClientError,
    NotReachedError,
    OperationError,
    OverBudgetError,
    RecordingError,
    ResponseParserError,
    StackFailedError,
)


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask: the cost is accepted.")
@click.option("--budget", default=1.0, show_default=True, type=click.FloatRange(min=0), help="Dollars it may cost.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write what is seen to this file.")
@click.option(
    "--against",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Compare with this recording. Default: with what AWS's pages say.",
)
@click.option("--clean", metavar="RUN", help="Only take down what a run has left that was killed.")
@click.option("--profile", help="Of the AWS configuration.")
@click.option("--region", help="Such as eu-central-1.")
@click.option("--endpoint", help="Of an embedded AWS. Default: AWS_ENDPOINT_URL, or else AWS.")
def main(
    *,
    yes: bool,
    budget: float,
    record: Path | None,
    against: Path | None,
    clean: str | None,
    profile: str | None,
    region: str | None,
    endpoint: str | None,
) -> None:
    """Deploy, run, fail, stop, rerun, scale, replace and delete a small pipeline, and compare what is seen."""
    try:
        recorded = Recording.read(against) if against else None
        account = Account.open(profile=profile, region=region, endpoint_url=endpoint)
        with TemporaryDirectory() as directory, ended_by_signals():
            if clean:
                _clean(account, clean)
                return
            patience = _agreed(account, Path(directory) / "price", budget, yes=yes)
            name = run_name()
            click.echo(f"Run {name}: everything has the tag {TAG}={name}. If this is killed: --clean {name}", err=True)
            stack = ParityStack(account, name, patience)
            run = Run(account, stack, Path(directory), patience)
            seen = play(run, told=lambda what: click.echo(f"  {what}", err=True))
    except _ENDINGS as error:
        raise click.ClickException(str(error)) from None
    if record:
        of = "endpoint" if account.endpoint_url else "account"
        Recording.now(of=of, region=account.region, seen=flat(seen)).write(record)
        click.echo(f"Recorded: {record}", err=True)
    _tell(flat(seen), against, recorded)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does: by way of the tear-down."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _agreed(account: Account, directory: Path, budget: float, *, yes: bool) -> Patience:
    """The patience of a run whose cost is within the budget, and accepted."""
    if account.endpoint_url and urlsplit(account.endpoint_url).hostname in _HERE:
        click.echo(f"At {account.endpoint_url}, which costs nothing.", err=True)
        return Patience(_HERE_PAUSE, _EACH_SECONDS, _EACH_SECONDS)
    price = price_of(directory, account.region)
    click.echo(f"Account {account.number}.\n{price}\n  the budget: {budget:.2f} dollars", err=True)
    seconds = price.seconds(budget)
    if not seconds:
        raise click.ClickException(f"that is more than the budget of {budget:.2f} dollars: give --budget")
    if not yes:
        click.confirm("Make it, run it, and take it down again?", abort=True, err=True)
    return Patience(_PAUSE, _EACH_SECONDS, seconds)


def _clean(account: Account, name: str) -> None:
    if not name.startswith(PREFIX):
        raise click.ClickException(f"{name} is the name of no run: they begin with {PREFIX}")
    patience = Patience(_PAUSE, _EACH_SECONDS, _EACH_SECONDS)
    left = delete(Run(account, ParityStack(account, name, patience), Path(), patience))["left"]
    if left:
        raise click.ClickException("still there:\n  " + "\n  ".join(left))
    click.echo(f"Nothing is left of {name}.")


def _tell(seen: Mapping[str, Any], against: Path | None, recorded: Recording | None) -> None:
    found: list[Difference]
    if recorded is None:
        expected = documented()
        found = compare(expected, seen)
        unjudged = len(seen.keys() - expected.keys())
        click.echo(
            f"{len(expected) - len(found)} of {len(expected)} values are as AWS's pages say. {unjudged} more were "
            "seen: no page says what they are, and there is no recording of an account yet."
        )
    else:
        found = compare_with_recording(recorded.seen, seen, str(against))
        click.echo(
            f"{len(recorded.seen)} values were recorded in {recorded.region} on {recorded.date} ({recorded.of}); "
            f"{len(found)} differ."
        )
    for difference in found:
        click.echo(f"\n{difference}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
