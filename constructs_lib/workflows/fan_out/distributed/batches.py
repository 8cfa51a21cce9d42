"""One batch of a `DistributedFanOut`: it runs as one job or one array job, and returns a record of its outcome.

A child execution gets ``{"BatchInput": {"environment", "directory", "rerun"}, "Items": [{"index", "item"}, …]}`` and
returns the record of an `ArrayRun`, which is small for every batch. AWS does not guarantee that the items of a batch
are consecutive: if they are not, the list in S3 contains their indexes.
"""

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.protocol import PART
from constructs_lib.workflows.fan_out.array.run import ArrayRun
from constructs_lib.workflows.fan_out.distributed.batch_rerun import HAS_PARTS, read_indexes
from constructs_lib.workflows.fan_out.jobs.array_records import REFUSED
from constructs_lib.workflows.fan_out.jobs.records import FIRST_ROUND
from constructs_lib.workflows.fan_out.jobs.runs import Runs
from constructs_lib.workflows.fan_out.list.bucket import StoreList
from constructs_lib.workflows.fan_out.list.items import ROOM
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.template import SubmitTemplate


class Batch:
    """The states of a child execution.

    Args:
        scope: the fan-out.
        bucket: for batches that do not fit inline.
        template: of the submitted jobs.
        runs: how often an item may run.
    """

    def __init__(self, scope: Construct, *, bucket: s3.IBucket, template: SubmitTemplate, runs: Runs) -> None:
        self._scope = scope
        self._run = ArrayRun(scope, template=template, runs=runs, bucket=bucket)
        self._after_storing = runs.after_storing("itemsToStore.items")
        self.start: sfn.Pass = sfn.Pass.jsonata(
            scope,
            "Plan batch",
            comment="Measures the batch: a short one travels in the environment of the job, a long one through S3.",
            outputs=program(__file__, "plan_batch").bind(
                bucket=bucket.bucket_name,
                room=ROOM,
                itemsOfPart=PART,
                keepItems=runs.keeps_items,
                firstRound=runs.besides(FIRST_ROUND),
            ),
        )
        self.start.next(self._choose_how_to_run(bucket))

    def _choose_how_to_run(self, bucket: s3.IBucket) -> sfn.Choice:
        choice = sfn.Choice.jsonata(self._scope, "Choose how to run", comment="By the plan.")
        store = self._store(bucket)
        store.next(choice)
        read = read_indexes(self._scope, bucket)
        read.next(self.start)
        choice.when(sfn.Condition.jsonata(f"{{% {HAS_PARTS} %}}"), read, comment="A rerun of many items")
        nothing = sfn.Condition.jsonata("{% $type($states.input.failed) = 'number' %}")
        choice.when(nothing, self._run.outcome, comment="A rerun of other items")
        choice.when(sfn.Condition.jsonata("{% $exists($states.input.itemsToStore) %}"), store, comment="A long batch")
        return self._run.follow(choice)

    def _store(self, bucket: s3.IBucket) -> TaskState:
        task = StoreList(
            self._scope,
            "Put batch to S3",
            bucket=bucket,
            key="$states.input.itemsKey",
            body="{% $states.input.itemsToStore %}",
            outputs=self._after_storing,
            comment="The batch is too long for the environment of a job; nobody else reads this object.",
        )
        return self._run.caught(task, REFUSED)
