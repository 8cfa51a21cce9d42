"""A list of items as array jobs."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.workflows.fan_out.array.arrays import (
    ARRAY_ENVIRONMENT,
    ARRAY_INDEXES,
    ARRAYS,
    ITEMS_TO_RUN_AGAIN,
    MOST_ITEMS,
    TOTALS,
)
from constructs_lib.workflows.fan_out.array.run import ArrayRun
from constructs_lib.workflows.fan_out.jobs.job_fan_out import ITEMS, FanOut
from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.fan_out.jobs.run import RoundRun
from constructs_lib.workflows.fan_out.list.bucket import StoreList, renamed, without
from constructs_lib.workflows.fan_out.list.items import plan_for_array
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.submit.job_options import JobOptions, valid_job_name

_MORE: Final = f"""
    'An ArrayFanOut takes up to {MOST_ITEMS:,} items, got ' & $count($states.input.items)
    & '. Use a DistributedFanOut, which takes any number.'
"""


@checked
class ArrayFanOut(FanOut):
    """A job for each of up to 40,000 items: none for an empty list, one job for one item, otherwise array jobs.

    Up to 10,000 items are one array job, more are split evenly over several that run side by side. A short list travels
    in the variable ``ITEMS`` of the jobs, a long one through S3 (``ITEMS_URI``, ``ITEMS_OFFSET``); a child finds its
    item by ``AWS_BATCH_JOB_ARRAY_INDEX``. All items run, whatever fails. The output is the summary ``{"total",
    "succeeded", "failed", "failedIndexes", "jobIds", "itemsUri"?, "resultsUri"?}``; when very many failed,
    ``failedIndexesUri`` names a JSON array in S3 in place of the list. More failures than tolerated fail the execution
    with ``FanOut.TooManyFailures`` and the summary as the cause, or, if AWS Batch did not accept a job, with its error.
    JSONata writes numbers of inline items with 15 significant digits: pass longer ones as text.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html and
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        job: the job definition. Its role gets the right to read the list and write results; to the role of an imported
            definition grant it on ``bucket`` below ``fan-out/``.
        queue: where the jobs wait for their turn.
        items: a JSONata expression for the array. Default: ``items`` of the state's input.
        environment: more variables, the same for all jobs; values may be JSONata expressions. Default: none.
        bucket: for long lists and results. Default: one that all fan-outs of the stack share: private, encrypted,
            expiring after 30 days.
        tolerated_failures: items that may fail without failing the execution. Default: 0, or any number if there is a
            percentage.
        tolerated_failure_percentage: of all items that may fail without failing the execution. Default: none.
        fallback_queue: where items run again, once, whose job AWS ended with the capacity under it (``Host EC2 …
            terminated``, ``Your Spot Task was interrupted``), after all its attempts, or whose job the queue cancelled
            because AWS had no capacity (``cancel_without_capacity_after`` of a `JobQueue`). Items that failed by
            themselves do not. Default: none, they have failed.
        memory_steps: growing sizes with which items run again, one after the other, whose job was killed for want of
            memory (exit code 137, ``OutOfMemoryError``), after all its attempts. Default: none, they have failed.
        skip_finished: jobs look for the result of their item in S3 and end at once if it is there, as it may be when an
            execution is redriven or rerun. The container has to look, as the worker does (``SKIP_FINISHED``); the
            role of an imported definition needs ``s3:ListBucket`` below ``fan-out/``. Default: every job works.
        job_name: letters, digits, hyphens and underscores, or a JSONata expression. Default: made of the construct id.
        attempts: at each child, 1 to 10; replaces the definition's retry strategy. Default: the definition's.
        timeout: of an attempt, at least a minute. Default: the definition's.
        tags: of the jobs. Default: the one that marks them.
        share_identifier: whose share of a fair-share queue the jobs use. Default: none.
        scheduling_priority: within the share, 0 to 9999. Default: the definition's.
        propagate_tags: give the tags to the ECS tasks, too. Default: as the definition says.

    Raises:
        ConfigurationError: an argument that AWS would refuse, or a variable that the fan-out sets itself.
    """

    @remembers_options
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        job: batch.IJobDefinition,
        queue: batch.IJobQueue,
        items: str = ITEMS,
        environment: Mapping[str, str] | None = None,
        bucket: s3.IBucket | None = None,
        tolerated_failures: int | None = None,
        tolerated_failure_percentage: float | None = None,
        fallback_queue: batch.IJobQueue | None = None,
        memory_steps: Sequence[Size] | None = None,
        skip_finished: bool = False,
        job_name: str | None = None,
        attempts: int | None = None,
        timeout: Duration | None = None,
        tags: Mapping[str, str] | None = None,
        share_identifier: str | None = None,
        scheduling_priority: int | None = None,
        propagate_tags: bool | None = None,
    ) -> None:
        rounds = Rounds(queue, fallback_queue, memory_steps)
        super().__init__(
            scope,
            construct_id,
            job=job,
            items=items,
            environment=environment,
            bucket=bucket,
            tolerance=Tolerance(tolerated_failures, tolerated_failure_percentage),
            rounds=rounds,
            most_bytes=rounds.most_bytes,
            skip_finished=skip_finished,
            job_name=job_name,
            options=JobOptions(attempts, timeout, tags, share_identifier, scheduling_priority, propagate_tags),
        )
        stored = renamed("itemsToStore", "items") if rounds.several else without("itemsToStore")
        run = self._choose_how_to_run(self.bucket, stored)
        run.otherwise(self._run_arrays(job_name or valid_job_name(construct_id)))
        plan = plan_for_array(self.bucket.bucket_name, keep_items=rounds.several)
        self._connect(most_items=MOST_ITEMS, more=_MORE, plan=plan, run=run)

    def _run_arrays(self, job_name: str) -> sfn.Map:
        arrays = sfn.Map.jsonata(
            self,
            "Run arrays",
            comment=f"Runs the items as array jobs of equal sizes, side by side; up to {MAX_ARRAY_SIZE:,} are one.",
            items=sfn.ProvideItems.jsonata(ARRAYS),
            item_selector={
                "index": "{% $states.context.Map.Item.Value.index %}",
                "total": "{% $states.context.Map.Item.Value.total %}",
                "indexes": ARRAY_INDEXES,
                "environment": ARRAY_ENVIRONMENT,
                **(ITEMS_TO_RUN_AGAIN if self._rounds.several else {}),
            },
            outputs=TOTALS,
        )
        again = RoundRun(self, bucket=self.bucket, rounds=self._rounds) if self._rounds.several else None
        run = ArrayRun(self, submit=self._submit, job_name=job_name, again=again)
        choice = sfn.Choice.jsonata(self, "Check size", comment="By the number of items.")
        self._nesting.put(arrays, run.follow(choice))
        arrays.next(self._choose_how_to_report())
        return arrays

    def _choose_how_to_report(self) -> sfn.Choice:
        choice = sfn.Choice.jsonata(self, "Choose how to report", comment="By the length of the list of failed items.")
        bucket = self.bucket.bucket_name
        store = StoreList(
            self,
            "Put failures to S3",
            bucket=self.bucket,
            key="$states.input.failedIndexesKey",
            body="{% $states.input.failedIndexesToStore %}",
            outputs=f"""$merge([{without("failedIndexesToStore")}, {{"summary": $merge([$states.input.summary,
                {{"failedIndexesUri": 's3://{bucket}/' & $states.input.failedIndexesKey}}])}}])""",
            comment="The list would fill the input of what follows.",
        )
        long = sfn.Condition.jsonata("{% $exists($states.input.failedIndexesToStore) %}")
        choice.when(long, store, comment="A long list")
        store.next(self._outcome)
        return choice.otherwise(self._outcome)
