"""How often an item may run, chosen once: callers use what they get, and never ask which it is."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.jobs.run_in_rounds import RunInRounds
from constructs_lib.workflows.fan_out.jobs.run_once import RunOnce
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.template import SubmitTemplate


class RowEndings(Protocol):
    """JSONata for what follows a row of items that ran as one job or one array job."""

    @property
    def succeeded(self) -> str:
        """After a job that succeeded."""

    @property
    def single_job_failed(self) -> str:
        """After a single job that failed, or was refused."""

    @property
    def array_job_failed(self) -> str:
        """After an array job that failed, or was refused."""

    @property
    def children_failed(self) -> str:
        """After an array job whose failed children are known."""


class ItemEndings(NamedTuple):
    """JSONata for what follows the job of one item of a Map."""

    succeeded: str
    failed: str


class Runs(Protocol):
    """How often an item may run, and what that takes: the face of `RunOnce` and of `RunInRounds`."""

    @property
    def max_runs_per_item(self) -> int:
        """How often one item may run."""

    @property
    def most_bytes(self) -> int:
        """What a list may take of a payload that is handed on."""

    @property
    def keeps_items(self) -> bool:
        """Whether the states hand on the items beside the environment that they travel in."""

    @property
    def size(self) -> str:
        """JSONata for how many items of a row run."""

    @property
    def rows(self) -> RowEndings:
        """What follows a row of items."""

    def items(self, once: ItemEndings, again: Callable[[RetryTiers], ItemEndings]) -> ItemEndings:
        """What follows one item.

        Args:
            once: of an item that runs once.
            again: makes it of the rounds of one that may run again.
        """

    def besides(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Of the fields that items need to run again, those that these items need."""

    def after_storing(self, items: str = "itemsToStore") -> str:
        """JSONata for what follows a list that has been stored.

        Args:
            items: where its items are in the input.
        """

    def submit(self, template: SubmitTemplate) -> SubmitTemplate:
        """The submit of one run, from that of all."""

    def check_item(self, scope: Construct, job: sfn.State, note: sfn.Pass) -> sfn.State:
        """The state after the job of one item that failed."""

    def lead_on(self, job: TaskState, check: sfn.Choice) -> None:
        """Let the check of a row follow its job, if there may be more to do although it succeeded."""

    def repeat(self, scope: Construct, bucket: s3.IBucket, check: sfn.Choice, size: sfn.Choice) -> None:
        """Let the check of a row lead to the next run of it, which begins with the choice by size."""

    def note(self, scope: Construct) -> sfn.Pass:
        """The state that keeps the record of a row."""


def runs_of(rounds: RetryTiers) -> Runs:
    """How items run that have so many rounds."""
    return RunInRounds(rounds) if rounds.several else RunOnce()
