"""A list of any length as a Distributed Map over batches, with an array job for each batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Unpack

from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.limits import SUBMIT_JOB_PER_SECOND
from constructs_lib.workflows.fan_out.distributed.arguments import check_batches, indexed_job_name, job_name_prefix
from constructs_lib.workflows.fan_out.distributed.batch_map import run_batches
from constructs_lib.workflows.fan_out.distributed.batch_results import BatchResults
from constructs_lib.workflows.fan_out.distributed.batch_source import read_source
from constructs_lib.workflows.fan_out.distributed.batches import Batch
from constructs_lib.workflows.fan_out.distributed.item_source import ItemSource
from constructs_lib.workflows.fan_out.jobs.job_fan_out import FanOutJobs
from constructs_lib.workflows.fan_out.jobs.metrics import MeasuredFanOut
from constructs_lib.workflows.fan_out.jobs.options import FanOutOptions
from constructs_lib.workflows.fan_out.jobs.runs import Runs
from constructs_lib.workflows.fan_out.list.arguments import check_state_names
from constructs_lib.workflows.fan_out.list.fragment import ITEMS, FanOutFragment
from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.steps import Context, NoPlan, Steps, Ways
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.submit.job_options import JobOptions
from constructs_lib.workflows.submit.share import evaluated_share, passed_on_share, share_of_batch
from constructs_lib.workflows.submit.template import SubmitTemplate

_LIST: Final = Guard(comment="Tells a list from what is none.")


@checked
@documented
class DistributedFanOut(MeasuredFanOut, FanOutFragment):
    """Runs a job for each of any number of items, from the input or from S3, in batches that are array jobs.

    A batch is passed to its jobs in the variable ``ITEMS``, or in an S3 object of its own (``ITEMS_URI``), so that the
    size of a job's input does not depend on the number of items. Indexes are unique across all batches. All items run,
    even when some fail. The output is the summary ``{"total", "succeeded", "failed", "failedIndexes", "jobIds",
    "resultsUri"}``; for very many batches or failures, ``failedIndexesUri`` and ``jobIdsUri`` name unordered JSON
    arrays in S3 instead of the lists. If more items fail than tolerated, the execution fails with the error
    ``FanOut.TooManyFailures`` and the summary as the cause, or, if AWS Batch rejected a job, with the error of AWS
    Batch. Stopping the execution stops all of its jobs. An item must fit into a batch: put larger items into S3, and
    use their keys as the items.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html and
    https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        job: the job definition. Its role is allowed to read batches and to write results; for the role of an imported
            definition, grant this on ``bucket`` below ``fan-out/``.
        queue: the job queue that the jobs are submitted to.
        items: the source of the items. Default: ``items`` of the state's input.
        batch_size: maximum number of items in a batch, 1 to 10,000. Default: 1,000.
        batch_bytes: maximum size of a batch in bytes of JSON, 16,384 to 196,608; each job reads its batch. Default:
            131,072.
        max_concurrency: batches at a time, 1 to 10,000. Default: 50, so that even batches of one second stay within the
            50 submits per second that AWS Batch allows per account.
        bucket: for batches and results, in the account and region of the state machine. Default: one bucket per stack,
            shared by its fan-outs: private, encrypted, with objects that expire after 30 days.
        job_name: letters, digits, hyphens and underscores, or a JSONata expression, in which ``$states.input.index`` is
            the index of the batch's first item. Default: the construct id and that index.
        share_identifier: the share identifier of the jobs, on a fair-share queue; a JSONata expression is evaluated
            once, over the input of the fan-out. Default: no identifier.

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
        items: ItemSource | None = None,
        batch_size: int = 1_000,
        batch_bytes: int = 131_072,
        max_concurrency: int = SUBMIT_JOB_PER_SECOND,
        **options: Unpack[FanOutOptions],
    ) -> None:
        place = ArgumentPath("DistributedFanOut", scope, construct_id)
        check_state_names(place, construct_id)
        check_batches(place, batch_size=batch_size, batch_bytes=batch_bytes, max_concurrency=max_concurrency)
        jobs = FanOutJobs(job=job, queue=queue, options=options)
        jobs.check(place)
        jobs.tolerance.check(place)
        source = items or ItemSource.from_input(ITEMS)
        share = options.get("share_identifier")
        self.jobs_of_fan_out = jobs.measured(f"{job_name_prefix(construct_id)}*")

        def steps(fan_out: Construct) -> Steps:
            self.bucket: s3.IBucket = jobs.bucket(fan_out)
            template = jobs.template(scope, construct_id, job_name=indexed_job_name(construct_id))
            return Steps(
                read=read_source(source, {"environment": jobs.variables, **evaluated_share(share)}),
                guard=_LIST if source.expression else None,
                plan=NoPlan(),
                work=_Batches(
                    source=source,
                    bucket=self.bucket,
                    template=template.with_(
                        options=JobOptions.of({**options, "share_identifier": share_of_batch(share)})
                    ),
                    runs=jobs.runs,
                    batcher={"MaxItemsPerBatch": batch_size, "MaxInputBytesPerBatch": batch_bytes},
                    passed_on=passed_on_share(share),
                    max_concurrency=max_concurrency,
                ),
                outcome=jobs.outcome,
            )

        super().__init__(scope, construct_id, steps)


@dataclass(frozen=True, kw_only=True)
class _Batches:
    """The work: a child execution for each batch, and the totals of their records."""

    source: ItemSource
    bucket: s3.IBucket
    template: SubmitTemplate
    runs: Runs
    batcher: Mapping[str, int]
    passed_on: Mapping[str, str]
    max_concurrency: int

    most_items: ClassVar[MostItems | None] = None

    def states(self, context: Context) -> Ways:
        """The Distributed Map, and the states that total its results."""
        batches = run_batches(
            context.scope,
            nesting=context.nesting,
            source=self.source,
            bucket=self.bucket,
            batch=Batch(context.scope, bucket=self.bucket, template=self.template, runs=self.runs),
            batcher=self.batcher,
            passed_on=self.passed_on,
            max_concurrency=self.max_concurrency,
        )
        results = BatchResults(
            context.scope,
            nesting=context.nesting,
            bucket=self.bucket,
            when_empty=context.done,
            outcome=context.outcome,
        )
        batches.next(results.start)
        return Ways(batches)
