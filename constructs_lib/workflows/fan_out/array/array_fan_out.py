"""A list of items as array jobs."""

from dataclasses import dataclass
from typing import Final, Unpack

from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
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
from constructs_lib.workflows.fan_out.jobs.job_fan_out import FanOutJobs
from constructs_lib.workflows.fan_out.jobs.metrics import MeasuredFanOut
from constructs_lib.workflows.fan_out.jobs.options import FanOutOptions
from constructs_lib.workflows.fan_out.jobs.runs import Runs
from constructs_lib.workflows.fan_out.list.bucket import StoreList
from constructs_lib.workflows.fan_out.list.fragment import ITEMS, FanOutFragment, check_list, read_list
from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.items import plan_for_array
from constructs_lib.workflows.fan_out.list.plan import StoredList
from constructs_lib.workflows.fan_out.list.steps import Context, Steps, Ways
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.states.programs import program
from constructs_lib.workflows.submit.job_options import valid_job_name
from constructs_lib.workflows.submit.template import SubmitTemplate

_MORE: Final = f"""
    'An ArrayFanOut takes up to {MOST_ITEMS:,} items, got ' & $count($states.input.items)
    & '. Use a DistributedFanOut, which takes any number.'
"""


@checked
@documented
class ArrayFanOut(MeasuredFanOut, FanOutFragment):
    """Runs a job for each of up to 40,000 items: array jobs, a single job for one item, no job for an empty list.

    Up to 10,000 items form one array job; longer lists are split evenly over several array jobs that run in parallel. A
    short list is passed to the jobs in the variable ``ITEMS``, a long one through S3 (``ITEMS_URI``, ``ITEMS_OFFSET``);
    a child finds its item by ``AWS_BATCH_JOB_ARRAY_INDEX``. All items run, even when some fail. The output is the
    summary ``{"total", "succeeded", "failed", "failedIndexes", "jobIds", "itemsUri"?, "resultsUri"?}``; a list of
    failures too long for the output is stored in S3, and ``failedIndexesUri`` names it instead. If more items fail than
    tolerated, the execution fails with the error ``FanOut.TooManyFailures`` and the summary as the cause, or, if AWS
    Batch rejected a job, with the error of AWS Batch. JSONata writes numbers of inline items with 15 significant
    digits: pass longer numbers as strings.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html and
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        job: the job definition. Its role is allowed to read the list and to write results; for the role of an imported
            definition, grant this on ``bucket`` below ``fan-out/``.
        queue: the job queue that the jobs are submitted to.
        items: a JSONata expression for the array of items. Default: ``items`` of the state's input.

    Raises:
        ConfigurationError: an argument that AWS would reject, or an environment variable that the fan-out sets itself.
    """

    @remembers_options
    @flat
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        job: batch.IJobDefinition,
        queue: batch.IJobQueue,
        items: str = ITEMS,
        **options: Unpack[FanOutOptions],
    ) -> None:
        place = ArgumentPath(type(self).__name__, scope, construct_id)
        jobs = FanOutJobs(job=job, queue=queue, options=options)
        jobs.check(place)
        check_list(place, construct_id, items, jobs.tolerance)
        runs = jobs.runs
        self.jobs_of_fan_out = jobs.measured(valid_job_name(construct_id))

        def steps(fan_out: Construct) -> Steps:
            self.bucket: s3.IBucket = jobs.bucket(fan_out)
            template = jobs.template(scope, construct_id, job_name=valid_job_name(construct_id))
            return Steps(
                read=read_list(items, jobs.variables, runs.most_bytes),
                guard=Guard(most_bytes=runs.most_bytes),
                plan=StoredList(
                    bucket=self.bucket,
                    outputs=plan_for_array(self.bucket.bucket_name, keep_items=runs.keeps_items),
                    after_storing=runs.after_storing(),
                ),
                work=_Arrays(template=template, runs=runs, bucket=self.bucket),
                outcome=jobs.outcome,
            )

        super().__init__(scope, construct_id, steps)


@dataclass(frozen=True, kw_only=True)
class _Arrays:
    """The work: array jobs of equal sizes, in parallel."""

    template: SubmitTemplate
    runs: Runs
    bucket: s3.IBucket

    @property
    def most_items(self) -> MostItems:
        """The number of items whose indexes all fit into one payload."""
        return MostItems(MOST_ITEMS, _MORE)

    def states(self, context: Context) -> Ways:
        """The Map over the arrays, and the states that store a long list of failures."""
        scope = context.scope
        arrays = sfn.Map.jsonata(
            scope,
            "Run arrays",
            comment=f"Runs the items as array jobs of equal sizes, side by side; up to {MAX_ARRAY_SIZE:,} are one.",
            items=sfn.ProvideItems.jsonata(ARRAYS),
            item_selector={
                "index": "{% $states.context.Map.Item.Value.index %}",
                "total": "{% $states.context.Map.Item.Value.total %}",
                "indexes": ARRAY_INDEXES,
                "environment": ARRAY_ENVIRONMENT,
                **self.runs.besides(ITEMS_TO_RUN_AGAIN),
            },
            outputs=TOTALS,
        )
        run = ArrayRun(scope, template=self.template, runs=self.runs, bucket=self.bucket)
        choice = sfn.Choice.jsonata(scope, "Check size", comment="By the number of items.")
        context.nesting.put(arrays, run.follow(choice))
        arrays.next(self._choose_how_to_report(context))
        return Ways(arrays)

    def _choose_how_to_report(self, context: Context) -> sfn.Choice:
        choice = sfn.Choice.jsonata(
            context.scope, "Choose how to report", comment="By the length of the list of failed items."
        )
        store = StoreList(
            context.scope,
            "Put failures to S3",
            bucket=self.bucket,
            key="$states.input.failedIndexesKey",
            body="{% $states.input.failedIndexesToStore %}",
            outputs=program(__file__, "failures_stored").fragment(bucket=self.bucket.bucket_name),
            comment="The list would fill the input of what follows.",
        )
        long = sfn.Condition.jsonata("{% $exists($states.input.failedIndexesToStore) %}")
        choice.when(long, store, comment="A long list")
        store.next(context.outcome)
        return choice.otherwise(context.outcome)
