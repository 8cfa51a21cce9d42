"""How often an item may run, as one of two objects with the same interface."""

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


class ChunkEndings(Protocol):
    """JSONata for the output of a chunk of items that ran as one job or one array job."""

    @property
    def succeeded(self) -> str:
        """After a job that succeeded."""

    @property
    def single_job_failed(self) -> str:
        """After a single job that failed or was rejected."""

    @property
    def array_job_failed(self) -> str:
        """After an array job that failed or was rejected."""

    @property
    def children_failed(self) -> str:
        """After an array job whose failed children are known."""


class ItemEndings(NamedTuple):
    """JSONata for the output of the job of one item of a Map."""

    succeeded: str
    failed: str


class Runs(Protocol):
    """How often an item may run, and the states for it: the interface of `RunOnce` and `RunInRounds`."""

    @property
    def max_runs_per_item(self) -> int:
        """How often one item may run."""

    @property
    def most_bytes(self) -> int:
        """The longest list that the states can pass on."""

    @property
    def keeps_items(self) -> bool:
        """Whether the states pass on the items beside the environment, which also contains them."""

    @property
    def size(self) -> str:
        """JSONata for how many items of a chunk run."""

    @property
    def chunk_endings(self) -> ChunkEndings:
        """The outputs of a chunk of items."""

    def item_endings(self, once: ItemEndings, again: Callable[[RetryTiers], ItemEndings]) -> ItemEndings:
        """The outputs of one item.

        Args:
            once: of an item that runs once.
            again: returns the outputs of an item that may run again, given its rounds.
        """

    def besides(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields that are needed to run items again; empty if no item may run again."""

    def after_storing(self, items: str = "itemsToStore") -> str:
        """JSONata for the output after a list was stored.

        Args:
            items: where its items are in the input.
        """

    def submit(self, template: SubmitTemplate) -> SubmitTemplate:
        """The submit of one run, made of the template of all runs."""

    def check_item(self, scope: Construct, job: sfn.State, note: sfn.Pass) -> sfn.State:
        """The state after the job of one item that failed."""

    def lead_on(self, job: TaskState, check: sfn.Choice) -> None:
        """Lead from the job of a chunk to its check, if a job that succeeded may be followed by other rounds."""

    def repeat(self, scope: Construct, bucket: s3.IBucket, check: sfn.Choice, size: sfn.Choice) -> None:
        """Lead from the check of a chunk to its next run, which begins with the choice by size."""

    def note(self, scope: Construct) -> sfn.Pass:
        """The state that keeps the record of a chunk."""


def runs_of(rounds: RetryTiers) -> Runs:
    """The interface for some rounds: `RunOnce` if there is only one."""
    return RunInRounds(rounds) if rounds.several else RunOnce()
