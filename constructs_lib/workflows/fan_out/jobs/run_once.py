"""Items that run once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.array_records import (
    ARRAY_JOB_FAILED,
    CHILDREN_FAILED,
    SINGLE_JOB_FAILED,
    SUCCEEDED,
)
from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.list.bucket import without
from constructs_lib.workflows.fan_out.list.items import MOST_BYTES
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.template import SubmitTemplate

_Endings = TypeVar("_Endings")


class _ChunkEndings:
    succeeded: Final = SUCCEEDED
    single_job_failed: Final = SINGLE_JOB_FAILED
    array_job_failed: Final = ARRAY_JOB_FAILED
    children_failed: Final = CHILDREN_FAILED


_CHUNK_ENDINGS: Final = _ChunkEndings()


@dataclass(frozen=True)
class RunOnce:
    """No item runs again; `Runs` documents the members."""

    max_runs_per_item: ClassVar[int] = 1
    most_bytes: ClassVar[int] = MOST_BYTES
    keeps_items: ClassVar[bool] = False
    size: ClassVar[str] = "$states.input.total"
    chunk_endings: ClassVar[_ChunkEndings] = _CHUNK_ENDINGS

    def item_endings(self, once: _Endings, again: Callable[[RetryTiers], _Endings]) -> _Endings:
        """The endings of an item that runs once."""
        del again
        return once

    def besides(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """No fields."""
        del fields
        return {}

    def after_storing(self, items: str = "itemsToStore") -> str:
        """The input without the stored items."""
        del items
        return without("itemsToStore")

    def submit(self, template: SubmitTemplate) -> SubmitTemplate:
        """The unchanged template."""
        return template

    def check_item(self, scope: Construct, job: sfn.State, note: sfn.Pass) -> sfn.State:
        """The record of the failure."""
        del scope, job
        return note

    def lead_on(self, job: TaskState, check: sfn.Choice) -> None:
        """A job that succeeded is the end."""

    def repeat(self, scope: Construct, bucket: s3.IBucket, check: sfn.Choice, size: sfn.Choice) -> None:
        """Nothing runs again."""

    def note(self, scope: Construct) -> sfn.Pass:
        """The state that keeps the failures."""
        return sfn.Pass.jsonata(scope, "Note failures", comment="The record of a job with failed items.")
