"""Plans of a list: for items that are passed on as they are, and for items that containers read.

A short list is passed in the environment of containers, a long one through S3.
"""

from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.core.protocol import PLAN_JOBS
from constructs_lib.workflows.fan_out.list.bucket import StoreList, without
from constructs_lib.workflows.fan_out.list.steps import Context, Ways
from constructs_lib.workflows.states.programs import program

LIST_TO_STORE: Final = program(__file__, "list_to_store").bind()


class CountedList:
    """Counts the items and leads to the work, which receives each item as it is."""

    def lead(self, context: Context, ways: Ways) -> sfn.State:
        """The first state of the plan, which leads to the work."""
        count = sfn.Pass.jsonata(
            context.scope,
            "Count items",
            comment="How many there are, for the summary.",
            outputs={"items": "{% $states.input.items %}", "total": "{% $count($states.input.items) %}"},
        )
        count.next(ways.otherwise)
        return count


@dataclass(frozen=True, kw_only=True)
class StoredList:
    """Measures a list, stores it if it is long, and leads to the work.

    Args:
        bucket: for a long list.
        outputs: JSONata for the input of the work.
        stored: JSONata for the stored list. Default: the items, with their indexes if these are not 0, 1, 2 and so on.
        after_storing: JSONata for the input of the next state. Default: the input without the items.
    """

    bucket: s3.IBucket
    outputs: str
    stored: Any = LIST_TO_STORE
    after_storing: str = without("itemsToStore")

    def lead(self, context: Context, ways: Ways) -> sfn.State:
        """The first state of the plan, which leads to the work."""
        choice = sfn.Choice.jsonata(context.scope, "Choose how to run", comment="By the plan.")
        store = StoreList(
            context.scope,
            "Put items to S3",
            bucket=self.bucket,
            key="$states.input.directory & '/items.json'",
            body=self.stored,
            outputs=self.after_storing,
            comment="The list is too long for the environment of a job.",
        )
        choice.when(sfn.Condition.jsonata("{% $exists($states.input.itemsToStore) %}"), store, comment="A long list")
        store.next(choice)
        for way in ways.others:
            choice.when(way.condition, way.state, comment=way.comment)
        choice.otherwise(ways.otherwise)
        planned = sfn.Pass.jsonata(
            context.scope,
            PLAN_JOBS,
            comment="Measures the items: a short list travels in the environment of the jobs, a long one through S3.",
            outputs=self.outputs,
        )
        planned.next(choice)
        return planned
