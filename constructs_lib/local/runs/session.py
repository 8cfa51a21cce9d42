"""One run of a stack for a person at a terminal: deployed, started, watched, reported, and stopped when interrupted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from constructs_lib.local.apps.assembly import Assembly, Stack
from constructs_lib.local.apps.deployment import DeploymentError
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.display import RunProgress, plain, show_left_out
from constructs_lib.local.runs.ending import Telling, tell
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.local.signals import StoppedError, orderly

GRACE_SECONDS = 5.0
"""After the wish to stop, jobs get so long to end by themselves."""


class Session:
    """A run of one stack.

    Args:
        assembly: the app's cloud assembly.
        stack: what to run; the stacks that it depends on are deployed before it.
        telling: what is told of the run; logs go where results do.
        state_machine: logical id of the state machine, needed when the stack has several.
        make_aws: makes the embedded AWS that keeps its logs in a directory.
    """

    def __init__(
        self,
        assembly: Assembly,
        stack: Stack,
        telling: Telling,
        *,
        state_machine: str | None,
        make_aws: Callable[[Path], EmbeddedAws],
    ) -> None:
        self._assembly = assembly
        self._stack = stack
        self._telling = telling
        self._state_machine = state_machine
        self._make_aws = make_aws
        self._errors = Console(stderr=True)
        self._told: set[str] = set()

    def run(self, payload: Any) -> int:
        """Run the state machine over an input; the exit code of the command."""
        try:
            outcome = self._execute(payload)
        except StoppedError as stopped:
            return stopped.code
        return tell(outcome, self._telling)

    def _execute(self, payload: Any) -> Outcome:
        with self._make_aws(self._telling.directory) as aws, RunProgress(self._errors) as progress:
            progress.step(f"deploying {self._stack.name}")
            machine = self._deploy(aws)
            progress.step(f"running {self._stack.name}")
            with orderly() as stop:
                execution = Execution(aws, machine, payload)
                try:
                    return execution.wait(lambda counts: self._follow(aws, progress, counts), pause=stop.pause)
                except StoppedError:
                    progress.step("stopping")
                    execution.stop()
                    aws.close(GRACE_SECONDS)
                    raise

    def _follow(self, aws: EmbeddedAws, progress: RunProgress, counts: dict[str, int]) -> None:
        progress.jobs(counts)
        for reason in aws.batch.stuck():
            self._tell_once("waits forever in RUNNABLE:", reason)
        for denial in aws.iam.denials:  # a denied call may be tried again for minutes
            self._tell_once("denied by IAM:", denial.message)

    def _tell_once(self, what: str, reason: str) -> None:
        if reason not in self._told:
            self._told.add(reason)
            self._errors.print(f"[yellow]{what}[/] {plain(reason)}", highlight=False, emoji=False)

    def _deploy(self, aws: EmbeddedAws) -> str:
        try:
            deployments = [aws.deploy(item) for item in self._assembly.deployment_order(self._stack)]
            machine = deployments[-1].state_machine(self._state_machine)
        except (DeploymentError, LookupError) as error:
            raise click.UsageError(str(error)) from None
        for deployment in deployments:
            show_left_out(self._errors, deployment)
        return machine
