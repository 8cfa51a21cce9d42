"""One run of a stack for a person at a terminal: deployed, started, watched, reported, and stopped when interrupted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from constructs_lib.local.apps.assembly import Assembly, AssemblyStack
from constructs_lib.local.apps.deployment import Deployment, DeploymentError, RolledBackError
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.causes import without_rerun
from constructs_lib.local.runs.display import RunProgress, plain, show_left_out, show_made
from constructs_lib.local.runs.ending import ROLLED_BACK, ReportOptions, tell
from constructs_lib.local.runs.following import Running
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.runs.seeds import Seed, put
from constructs_lib.local.signals import StoppedError, orderly

GRACE_SECONDS = 5.0
"""After the wish to stop, jobs get so long to end by themselves."""

Begin = Callable[[EmbeddedAws, Sequence[Deployment]], Callable[[], Running]]
"""Finds what is to run in the stacks that were deployed, the one that is meant last; what it returns starts it."""


class Session:
    """A run of one stack.

    Args:
        assembly: the app's cloud assembly.
        stack: what to run; the stacks that it depends on are deployed before it.
        telling: what is told of the run; logs go where results do.
        begin: finds and starts what runs.
        seeds: what is put into buckets before that.
        make_aws: makes the embedded AWS that keeps its logs in a directory.
    """

    def __init__(
        self,
        assembly: Assembly,
        stack: AssemblyStack,
        telling: ReportOptions,
        *,
        begin: Begin,
        seeds: Sequence[Seed] = (),
        make_aws: Callable[[Path], EmbeddedAws],
    ) -> None:
        self._assembly = assembly
        self._stack = stack
        self._telling = telling
        self._begin = begin
        self._seeds = seeds
        self._make_aws = make_aws
        self._errors = Console(stderr=True)
        self._told: set[str] = set()

    def run(self) -> int:
        """Run it; the exit code of the command."""
        try:
            outcome = self._execute()
        except StoppedError as stopped:
            return stopped.code
        except RolledBackError as error:
            self._errors.print(f"Error: {plain(str(error))}", highlight=False, emoji=False, soft_wrap=True)
            return ROLLED_BACK
        return tell(outcome, self._telling)

    def _execute(self) -> Outcome:
        with self._make_aws(self._telling.directory) as aws, RunProgress(self._errors) as progress:
            progress.step(f"deploying {self._stack.name}")
            start = self._prepare(aws)
            progress.step(f"running {self._stack.name}")
            with orderly() as stop:
                running = start()
                try:
                    outcome = running.wait(
                        lambda counts: self._follow(aws, progress, counts), timeout=None, pause=stop.pause
                    )
                except StoppedError:
                    progress.step("stopping")
                    running.stop()
                    aws.close(GRACE_SECONDS)
                    raise
        # The AWS is gone, and with it what a rerun would ask.
        return replace(outcome, cause=without_rerun(outcome.cause))

    def _follow(self, aws: EmbeddedAws, progress: RunProgress, counts: dict[str, int]) -> None:
        progress.jobs(counts)
        for reason in [reason for engine in aws.batches.engines() for reason in engine.stuck()]:
            self._tell_once("waits forever in RUNNABLE:", reason)
        for denial in aws.iam.denials:  # a denied call may be tried again for minutes
            self._tell_once("denied by IAM:", denial.message)

    def _tell_once(self, what: str, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            self._errors.print(f"[yellow]{what}[/] {plain(reason)}", highlight=False, emoji=False, soft_wrap=True)

    def _prepare(self, aws: EmbeddedAws) -> Callable[[], Running]:
        try:
            deployments = [aws.deploy(item) for item in self._assembly.deployment_order(self._stack)]
            start = self._begin(aws, deployments)
            made = put(self._seeds, aws.clients(deployments[-1].location), deployments)
        except RolledBackError:
            raise
        except (DeploymentError, LookupError) as error:
            raise click.UsageError(str(error)) from None
        for deployment in deployments:
            show_left_out(self._errors, deployment)
        show_made(self._errors, made)
        return start
