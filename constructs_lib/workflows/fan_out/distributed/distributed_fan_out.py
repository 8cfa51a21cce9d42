"""Items without number as a Distributed Map over batches, each of them an array job."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import jsii
from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.place import Place
from constructs_lib.limits import SUBMIT_JOB_PER_SECOND
from constructs_lib.workflows.fan_out.distributed.arguments import check_batches, indexed_job_name
from constructs_lib.workflows.fan_out.distributed.batch_map import run_batches
from constructs_lib.workflows.fan_out.distributed.batch_results import BatchResults
from constructs_lib.workflows.fan_out.distributed.batch_source import read_source
from constructs_lib.workflows.fan_out.distributed.batches import Batch
from constructs_lib.workflows.fan_out.distributed.item_source import ItemSource
from constructs_lib.workflows.fan_out.jobs.fit import check_rounds_fit
from constructs_lib.workflows.fan_out.jobs.job import submit_job
from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.fan_out.jobs.run import RoundRun
from constructs_lib.workflows.fan_out.list.arguments import check_fan_out_environment, check_state_names
from constructs_lib.workflows.fan_out.list.bucket import fan_out_bucket, grant_to_job
from constructs_lib.workflows.fan_out.list.outcome import check_outcome
from constructs_lib.workflows.fan_out.list.summary import CAUSE_TO_RERUN
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.states.mark import Given, remembers_options
from constructs_lib.workflows.states.nesting import Nesting
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.changes import check_changes, check_length
from constructs_lib.workflows.submit.job_options import JobOptions, check_job_name
from constructs_lib.workflows.submit.overrides import environment_list, fan_out_environment
from constructs_lib.workflows.submit.permissions import job_mark
from constructs_lib.workflows.submit.share import (
    check_priority_in_share,
    check_share,
    evaluated_share,
    handed_on_share,
    share_of_batch,
)
from constructs_lib.workflows.submit.submit_job import SubmitJob


@checked
class DistributedFanOut(sfn.StateMachineFragment):
    """A job for each of any number of items, from the input or from S3: batches, and an array job for each batch.

    A batch travels in the variable ``ITEMS`` of its jobs, or in an S3 object of its own (``ITEMS_URI``), so that what a
    job reads does not grow with the number of items. Indexes count through all batches. All items run, whatever fails.
    The output is the summary ``{"total", "succeeded", "failed", "failedIndexes", "jobIds", "resultsUri"}``; when there
    are very many batches or failures, ``failedIndexesUri`` and ``jobIdsUri`` name JSON arrays in S3, in no order, in
    place of the lists. More failures than tolerated fail the execution with ``FanOut.TooManyFailures`` and the summary
    as the cause, or, if AWS Batch did not accept a job, with its error. A stopped execution stops all of its jobs.
    An item has to fit into a batch: put larger ones into S3 and make their keys the items.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html and
    https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        job: the job definition. Its role gets the right to read batches and write results; to the role of an imported
            definition grant it on ``bucket`` below ``fan-out/``.
        queue: where the jobs wait for their turn.
        items: where the items come from. Default: ``items`` of the state's input.
        batch_size: items of a batch, 1 to 10,000. Default: 1,000.
        batch_bytes: of JSON that a batch has at most, 16,384 to 196,608; each job reads its batch. Default: 131,072.
        max_concurrency: batches at a time, 1 to 10,000. Default: 50, so that even batches that take but a second stay
            below the 50 submits per second that AWS Batch allows an account.
        environment: more variables, the same for all jobs; values may be JSONata expressions. Default: none.
        bucket: for batches and results, in the account and region of the state machine. Default: one that all fan-outs
            of the stack share: private, encrypted, expiring after 30 days.
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
        job_name: letters, digits, hyphens and underscores, or a JSONata expression, in which ``$states.input.index`` is
            the index of the batch's first item. Default: made of the construct id and that index.
        attempts: at each child, 1 to 10; replaces the definition's retry strategy. Default: the definition's.
        timeout: of an attempt, at least a minute. Default: the definition's.
        tags: of the jobs. Default: the one that marks them.
        share_identifier: whose share of a fair-share queue the jobs use; a JSONata expression is evaluated once, over
            the input of the fan-out. Default: none.
        scheduling_priority: within the share, 0 to 9999. Default: the definition's.
        propagate_tags: give the tags to the ECS tasks, too. Default: as the definition says.

    Raises:
        ConfigurationError: an argument that AWS would refuse, or a variable that the fan-out sets itself.
    """

    _given: Given

    @remembers_options
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
        place = Place("DistributedFanOut", scope, construct_id)
        options = JobOptions(attempts, timeout, tags, share_identifier, scheduling_priority, propagate_tags)
        tolerance = Tolerance(tolerated_failures, tolerated_failure_percentage)
        check_state_names(place, construct_id)
        check_fan_out_environment(place, environment)
        check_batches(place, batch_size=batch_size, batch_bytes=batch_bytes, max_concurrency=max_concurrency)
        check_job_name(place, job_name)
        rounds = Rounds(queue, fallback_queue, memory_steps)
        check_texts(place.of("job_name"), job_name)
        check_changes(place, job, environment=environment)
        check_length(place, {"Environment": environment_list(environment)})
        rounds.check(place, job)
        tolerance.check(place)
        options.check(place)
        check_share(place, share_identifier, queue, fallback_queue)
        check_priority_in_share(place, job, scheduling_priority, queue, fallback_queue)
        check_rounds_fit(place, job, rounds)
        super().__init__(scope, construct_id)
        self.bucket: s3.IBucket = bucket or fan_out_bucket(self)
        grant_to_job(self, self.bucket, job, skip_finished=skip_finished)
        source = items or ItemSource.from_input("{% $states.input.items %}")
        self._rounds = rounds
        self._shared_arguments: dict[str, Any] = {
            "job": job,
            "environment": "{% $states.input.environment %}",
            "submitted_by": job_mark(scope, construct_id),
            **vars(options),
            "share_identifier": share_of_batch(share_identifier),
        }
        name = job_name or indexed_job_name(construct_id)
        self._return_summary = sfn.Pass.jsonata(
            self, "Return summary", comment="The output of the fan-out.", outputs="{% $states.input.summary %}"
        )
        nesting = Nesting()
        batches = run_batches(
            self,
            nesting=nesting,
            source=source,
            bucket=self.bucket,
            batch=Batch(
                self,
                bucket=self.bucket,
                submit=self._submit,
                job_name=name,
                again=RoundRun(self, bucket=self.bucket, rounds=rounds) if rounds.several else None,
            ),
            batcher={"MaxItemsPerBatch": batch_size, "MaxInputBytesPerBatch": batch_bytes},
            handed_on=handed_on_share(share_identifier),
            max_concurrency=max_concurrency,
        )
        results = BatchResults(
            self,
            nesting=nesting,
            bucket=self.bucket,
            nothing=self._return_summary,
            outcome=check_outcome(self, tolerance, self._return_summary, cause=CAUSE_TO_RERUN),
        )
        batches.next(results.start)
        self._start_state = read_source(
            self,
            source=source,
            given={
                "environment": fan_out_environment(environment, skip_finished=skip_finished),
                **evaluated_share(share_identifier),
            },
            batches=batches,
            nothing=self._return_summary,
            nesting=nesting,
            made_with=self._given,
        )

    @property
    @jsii.member(jsii_name="startState")
    def start_state(self) -> sfn.State:
        """The state that evaluates what the fan-out is given."""
        return self._start_state

    @property
    @jsii.member(jsii_name="endStates")
    def end_states(self) -> list[sfn.INextable]:
        """The state that returns the summary."""
        return [cast("sfn.INextable", self._return_summary)]

    def _submit(self, state_name: str, **arguments: Any) -> SubmitJob:
        return submit_job(self, state_name, rounds=self._rounds, **self._shared_arguments, **arguments)
