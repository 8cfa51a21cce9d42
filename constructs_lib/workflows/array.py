"""A list of items as one array job."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.workflows.array_children import ListFailedChildren
from constructs_lib.workflows.expressions import jsonata
from constructs_lib.workflows.fan_out import ITEMS, FanOut
from constructs_lib.workflows.items import plan_for_array
from constructs_lib.workflows.job_options import JobOptions, valid_job_name
from constructs_lib.workflows.submit import SubmitJob
from constructs_lib.workflows.summary import FAILED_JOB_ID, JOB_FAILED, REFUSAL, summary

_SUCCEEDED: Final = {"summary": jsonata(summary(failed_indexes="[]", job_ids="[$states.result.JobId]"))}

_SINGLE_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? {{"summary": {summary(failed_indexes="[0]", job_ids=f"[{FAILED_JOB_ID}]")}}}
        : {REFUSAL}"""
)
_ARRAY_JOB_FAILED: Final = jsonata(
    f"""{JOB_FAILED}
        ? $merge([$states.input, {{"failedArray": {FAILED_JOB_ID}, "failedIndexes": []}}])
        : {REFUSAL}"""
)


class ArrayFanOut(FanOut):
    """A job for each item of a list: none for an empty list, one job for one item, an array job for 2 to 10,000.

    A short list travels in the variable ``ITEMS`` of the jobs, a long one through S3 (``ITEMS_URI``); a child finds its
    item by ``AWS_BATCH_JOB_ARRAY_INDEX``. The output is the summary ``{"total", "succeeded", "failed",
    "failedIndexes", "jobIds", "itemsUri"?, "resultsUri"?}``. More failures than tolerated fail the execution with
    ``FanOut.TooManyFailures`` and the summary as the cause; a job that AWS Batch does not accept, with its own error.
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
        tolerated_failures: items that may fail without failing the execution. Default: 0.
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
        tolerated_failures: int = 0,
        job_name: str | None = None,
        attempts: int | None = None,
        timeout: Duration | None = None,
        tags: Mapping[str, str] | None = None,
        share_identifier: str | None = None,
        scheduling_priority: int | None = None,
        propagate_tags: bool | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            job=job,
            queue=queue,
            items=items,
            environment=environment,
            bucket=bucket,
            tolerated_failures=tolerated_failures,
            job_name=job_name,
            options=JobOptions(attempts, timeout, tags, share_identifier, scheduling_priority, propagate_tags),
        )
        name = job_name or valid_job_name(construct_id)
        outcome = self._check_outcome()
        self._list_failed_children(outcome)
        run = self._choose_how_to_run()
        one = sfn.Condition.jsonata("{% $states.input.total = 1 %}")
        run.when(one, self._single_job(name, outcome), comment="AWS Batch has no array jobs of one child")
        run.otherwise(self._array_job(name, outcome))
        self._connect(most_items=MAX_ARRAY_SIZE, plan=plan_for_array(self.bucket.bucket_name), run=run)

    def _single_job(self, name: str, outcome: sfn.Choice) -> SubmitJob:
        task = self._submit(
            "Run single job", job_name=name, outputs=_SUCCEEDED, comment="Runs the one item as a job of its own."
        )
        task.add_catch(outcome, errors=["States.TaskFailed"], outputs=_SINGLE_JOB_FAILED)
        task.next(outcome)
        return task

    def _array_job(self, name: str, outcome: sfn.Choice) -> SubmitJob:
        task = self._submit(
            "Run array job",
            job_name=name,
            array_size="{% $states.input.total %}",
            outputs=_SUCCEEDED,
            comment="Runs each item as a child of one array job.",
        )
        task.add_catch(outcome, errors=["States.TaskFailed"], outputs=_ARRAY_JOB_FAILED)
        task.next(outcome)
        return task

    def _list_failed_children(self, outcome: sfn.Choice) -> None:
        task = ListFailedChildren(self, "List failed children")
        failed = sfn.Condition.jsonata("{% $exists($states.input.failedArray) %}")
        outcome.when(failed, task, comment="Which children failed is still to be asked")
        task.next(outcome)
