"""Options that several commands share."""

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from constructs_lib.local.aws import EmbeddedAws

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class AwsOptions:
    """How an embedded AWS is to be: what the commands that start one have in common.

    Args:
        parallel: how many jobs run at once on this machine. Default: four per processor.
    """

    parallel: int | None = None

    def make(self, directory: Path, *, port: int = 0) -> "EmbeddedAws":
        """Make the embedded AWS, its logs below a directory."""
        from constructs_lib.local.aws import EmbeddedAws  # noqa: PLC0415 - moto takes a second: not for --help and errors

        return EmbeddedAws(directory, parallel=self.parallel, port=port)


def aws_options(command: Command) -> Command:
    """Add the options of `AwsOptions`; the command gets them as ``aws_options``."""

    @click.option(
        "--parallel",
        type=click.IntRange(min=1),
        help="Jobs that run at once here. Default: 4 per processor.",
    )
    @functools.wraps(command)
    def with_options(*, parallel: int | None, **others: Any) -> Any:
        return command(aws_options=AwsOptions(parallel=parallel), **others)

    return with_options


def new_directory(name: str) -> Path:
    """A directory for what a command leaves behind, that no other run has."""
    return Path("build/local") / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}"
