"""Options that several commands share."""

import functools
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from constructs_lib.local.account import ACCOUNT, REGION, Keys, KeysError, Location, LocationError
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.commands.loading import load
from constructs_lib.local.faults import FaultError, FaultPlan
from constructs_lib.local.faults.plans.documents import plan_from_options
from constructs_lib.local.runner_choice import RUNNER_NAMES, RunnerName
from constructs_lib.local.runners.container import NoEngineError

if TYPE_CHECKING:
    from constructs_lib.local.aws import EmbeddedAws

Command = Callable[..., Any]

_NAME_CHARACTERS = 128
"""Of a stack, as CloudFormation has them, and short enough for the name of a directory."""


@dataclass(frozen=True, slots=True)
class AwsOptions:
    """How an embedded AWS is to be: what the commands that start one have in common.

    Args:
        parallel: how many jobs run at once on this machine. Default: four per processor.
        faults: what is to go wrong. Default: nothing.
        iam: whether roles may do what their policies allow and nothing else. Default: yes.
        runner: what jobs run by. Default: processes.
        virtual_time: whether waits are jumped over. Default: no.
        keys: the administrator's access key. Default: a new one that nobody can guess.
        confined: whether processes are kept in their place. Default: yes.
        account: the account of stacks that name none. Default: 123456789012.
        region: the region of stacks that name none. Default: us-east-1.
    """

    parallel: int | None = None
    faults: FaultPlan | None = None
    iam: bool = True
    runner: RunnerName = "process"
    virtual_time: bool = False
    keys: Keys | None = None
    confined: bool = True
    account: str | None = None
    region: str | None = None

    def location(self, default: Location) -> Location:
        """The account and the region that were given, or else the default ones."""
        return Location(self.account or default.account, self.region or default.region)

    def make(self, directory: Path, *, port: int = 0) -> "EmbeddedAws":
        """Make the embedded AWS, its logs below a directory."""
        load()
        from constructs_lib.local.aws import EmbeddedAws  # noqa: PLC0415 - moto takes a second: not for --help and errors

        return EmbeddedAws(
            directory,
            parallel=self.parallel,
            port=port,
            faults=self.faults,
            iam=self.iam,
            runner=self.runner,
            confined=self.confined,
            clock=VirtualClock() if self.virtual_time else None,
            keys=self.keys,
            account=self.location(Location()).account,
            region=self.location(Location()).region,
        )


def aws_options(command: Command) -> Command:
    """Add the options of `AwsOptions`; the command gets them as ``aws_options``."""

    @click.option(
        "--parallel",
        type=click.IntRange(min=1),
        help="Maximum number of jobs that run at a time. Default: 4 per processor.",
    )
    @click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="FAULT",
        help="Inject a fault: `reclaim:index=3,attempt=1`, `throttle:times=3`, or `@plan.json`; repeatable. "
        "`constructs-lib local faults` explains all kinds.",
    )
    @click.option("--fault-seed", type=int, help="Seed for faults that have a probability. Default: 0.")
    @click.option(
        "--iam/--no-iam",
        default=True,
        help="Enforce IAM policies, or let every role do everything. Default: --iam.",
    )
    @click.option(
        "--runner",
        type=click.Choice(RUNNER_NAMES),
        default="process",
        help="Run jobs as processes of this machine; in containers of docker or podman; or with auto in containers if "
        "one of these answers. Default: process.",
    )
    @click.option(
        "--unconfined",
        is_flag=True,
        help="Let jobs and functions that run as processes change and read all of your files, and use this Python with "
        "its packages. Default: each sees this machine read-only and not your home, and has a Python of its own.",
    )
    @click.option(
        "--virtual-time",
        is_flag=True,
        help="Skip every wait: Wait states, pauses between retries, timeouts. Programs take their real time, while the "
        "clock stands still.",
    )
    @click.option(
        "--keys",
        metavar="ID/SECRET",
        help="Access key of the administrator, such as local/local. Default: a new one that nobody can guess.",
    )
    @click.option(
        "--account",
        callback=_checked,
        help=f"Account of stacks that name none. Default: {ACCOUNT}.",
    )
    @click.option(
        "--region",
        callback=_checked,
        help=f"Region of stacks that name none. Default: {REGION}.",
    )
    @functools.wraps(command)
    def with_options(
        *,
        parallel: int | None,
        faults: tuple[str, ...],
        fault_seed: int | None,
        iam: bool,
        runner: RunnerName,
        unconfined: bool,
        virtual_time: bool,
        keys: str | None,
        account: str | None,
        region: str | None,
        **others: Any,
    ) -> Any:
        try:
            plan = plan_from_options(faults, fault_seed)
        except FaultError as error:
            raise click.UsageError(f"--fault {error}") from None
        options = AwsOptions(
            parallel=parallel,
            faults=plan,
            iam=iam,
            runner=runner,
            virtual_time=virtual_time,
            keys=_keys(keys),
            confined=not unconfined,
            account=account,
            region=region,
        )
        try:
            return command(aws_options=options, **others)
        except NoEngineError as error:
            raise click.UsageError(f"--runner {runner}: {error}") from None

    return with_options


def _checked(_: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        Location.checked(**({str(param.name): value} if value is not None else {}))
    except LocationError as error:
        raise click.BadParameter(str(error), param=param) from None
    return value


def _keys(given: str | None) -> Keys | None:
    try:
        return Keys.parse(given) if given is not None else None
    except KeysError as error:  # what was given may be a secret: it is not repeated
        raise click.UsageError(f"--keys: {error}") from None


def new_directory(name: str) -> Path:
    """A directory for what a command leaves behind, that no other run has."""
    short = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII)[:_NAME_CHARACTERS].lstrip(".")
    return Path("build/local") / f"{short}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"
