"""Items that run again, in rounds: on another queue when they were reclaimed, with more memory when it ran out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeVar

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.workflows.fan_out.jobs.records import RoundRecords
from constructs_lib.workflows.fan_out.jobs.retry_tiers import RetryTiers
from constructs_lib.workflows.fan_out.list.bucket import StoreList, without
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.template import SubmitTemplate

_Endings = TypeVar("_Endings")

_AGAIN: Final = "{% $exists($states.input.round) %}"

_KEY: Final = program(__file__, "key_to_store").fragment()
_TO_STORE: Final = {
    "items": program(__file__, "items_to_store").bind(),
    "indexes": program(__file__, "indexes_to_store").bind(),
}


@dataclass(frozen=True)
class RunInRounds:
    """Items may run again, in further rounds; `Runs` documents the members.

    Args:
        rounds: of the items.
    """

    rounds: RetryTiers

    keeps_items: ClassVar[bool] = True
    size: ClassVar[str] = "$states.input.size"

    @property
    def max_runs_per_item(self) -> int:
        """One run with each size, and one more on the fallback queue."""
        return self.rounds.max_runs_per_item

    @property
    def most_bytes(self) -> int:
        """Less than for items that run once: the places of items that run again are passed on beside the list."""
        return self.rounds.most_bytes

    @property
    def chunk_endings(self) -> RoundRecords:
        """The records of a chunk, or the input of its next round."""
        return RoundRecords(self.rounds)

    def item_endings(self, once: _Endings, again: Callable[[RetryTiers], _Endings]) -> _Endings:
        """The endings of an item that may run again."""
        del once
        return again(self.rounds)

    def besides(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """All fields."""
        return fields

    def after_storing(self, items: str = "itemsToStore") -> str:
        """The input, with the items for the next rounds."""
        return f"""$merge([{without("itemsToStore")}, {{"items": $states.input.{items}}}])"""

    def submit(self, template: SubmitTemplate) -> SubmitTemplate:
        """The submit of a round, whose number is in its input; its environment is an expression."""
        fallback = self.rounds.fallback_queue
        return template.with_(
            further_queues=[fallback] if fallback else [],
            replaced=self.rounds.arguments(str(template.environment)),
        )

    def check_item(self, scope: Construct, job: sfn.State, note: sfn.Pass) -> sfn.State:
        """The choice between another round and the record of the failure."""
        check = sfn.Choice.jsonata(scope, "Check job", comment="Tells whether the item runs again.")
        check.when(sfn.Condition.jsonata(_AGAIN), job, comment="Reclaimed, or out of memory")
        return check.otherwise(note)

    def lead_on(self, job: TaskState, check: sfn.Choice) -> None:
        """The check also follows a job that succeeded, because other rounds may be pending."""
        job.next(check)

    def repeat(self, scope: Construct, bucket: s3.IBucket, check: sfn.Choice, size: sfn.Choice) -> None:
        """Add the next round to the check; its items are stored with their indexes."""
        store = StoreList(
            scope,
            "Put items to run again to S3",
            bucket=bucket,
            key=_KEY,
            body=_TO_STORE,
            outputs=program(__file__, "stored").fragment(bucket=bucket.bucket_name, last=self.rounds.last),
            comment="The items of the next round, with their indexes.",
        )
        store.add_catch(check, errors=["States.ALL"], outputs=self.chunk_endings.refused)
        store.next(size)
        check.when(sfn.Condition.jsonata(_AGAIN), store, comment="Some items run again")

    def note(self, scope: Construct) -> sfn.Pass:
        """The state that keeps the record of all rounds."""
        return sfn.Pass.jsonata(scope, "Note outcome", comment="The record of all rounds.")
