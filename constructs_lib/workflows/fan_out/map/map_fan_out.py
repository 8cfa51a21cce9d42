"""A list of items as a Map state with a job for each."""

from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import Duration, Size
from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.place import Place
from constructs_lib.limits import (
    MAX_JOB_NAME_CHARACTERS,
    STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY,
)
from constructs_lib.workflows.fan_out.jobs.job_fan_out import ITEMS, FanOut
from constructs_lib.workflows.fan_out.jobs.rounds import Rounds
from constructs_lib.workflows.fan_out.list.arguments import check_concurrency, check_fan_out_environment
from constructs_lib.workflows.fan_out.list.bucket import renamed, without
from constructs_lib.workflows.fan_out.list.item_values import item_parameters, item_variables
from constructs_lib.workflows.fan_out.list.items import (
    ITERATED,
    ITERATED_ITEM,
    ITERATION_ENVIRONMENT,
    ITERATION_INDEX,
    MOST_BYTES,
    plan_for_map,
)
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.fan_out.map.iterations import (
    CAUSE_CHARACTERS,
    FIRST_ROUND_OF_ITERATION,
    MAP_OUTCOME,
    events_per_item,
    more_than_most_items,
    most_items,
)
from constructs_lib.workflows.fan_out.map.run import run_one_job
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.submit.changes import check_changes, check_length
from constructs_lib.workflows.submit.job_options import JobOptions, valid_job_name
from constructs_lib.workflows.submit.overrides import environment_list

_INSTEAD: Final = "Use an ArrayFanOut, which takes 40,000, or a DistributedFanOut."


@checked
class MapFanOut(FanOut):
    """A job for each item of a list, submitted by a Map state, some at a time.

    Each job gets its own item in the variable ``ITEMS``; when an item is too long for that, the list goes to S3 once
    (``ITEMS_URI``, ``ITEMS_OFFSET``). All items run, whatever fails. The output is the summary ``{"total", "succeeded",
    "failed", "failedIndexes", "jobIds", "itemsUri"?, "resultsUri"?}``. More failures than tolerated fail the execution
    with ``FanOut.TooManyFailures`` and the summary as the cause, or, if AWS Batch did not accept a job, with its error.
    A history holds 25,000 events and an item takes up to 10: more than 2,400 items, or 1,333 if each may
    run twice, fail with ``FanOut.TooManyItems`` before anything runs, and need an `ArrayFanOut`.
    JSONata writes numbers of inline items with 15 significant digits: pass longer ones as text.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html and
    https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        job: the job definition. Its role gets the right to read the list and write results; to the role of an imported
            definition grant it on ``bucket`` below ``fan-out/``.
        queue: where the jobs wait for their turn.
        items: a JSONata expression for the array. Default: ``items`` of the state's input.
        max_concurrency: jobs at a time, 1 to 40. Default: 40, the most that Step Functions runs.
        environment: more variables, the same for all jobs; values may be JSONata expressions. Default: none.
        item_environment: more variables, of each job its own: expressions in which ``$states.input.item`` is the item
            and ``$states.input.index`` its index, such as ``"{% $states.input.item.scene %}"``. Default: none.
        parameters: values for ``Ref::name`` in the command, with the same expressions. Default: the definition's.
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
        job_name: letters, digits, hyphens and underscores, or a JSONata expression, in which ``$states.input.index`` is
            the index of the item. Default: made of the construct id and the index.
        attempts: at each job, 1 to 10; replaces the definition's retry strategy. Default: the definition's.
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
        max_concurrency: int = STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY,
        environment: Mapping[str, str] | None = None,
        item_environment: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
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
        place = Place("MapFanOut", scope, construct_id)
        check_concurrency(place, max_concurrency)
        check_fan_out_environment(place, item_environment, "item_environment")
        check_changes(place, job, environment=item_environment, parameters=parameters)
        check_length(place, {"Environment": environment_list({**(environment or {}), **(item_environment or {})})})
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
            most_bytes=MOST_BYTES,
            skip_finished=skip_finished,
            job_name=job_name,
            parameters=parameters,
            options=JobOptions(attempts, timeout, tags, share_identifier, scheduling_priority, propagate_tags),
        )
        self._shared_arguments |= {
            "parameters": item_parameters(parameters),
            "environment": item_variables(item_environment),
        }
        # A list in S3 stays with the states, too, when they read more of an item than its index.
        self._reads_items = bool(parameters or item_environment)
        stored = renamed("itemsToStore", "items") if self._reads_items else without("itemsToStore")
        run = self._choose_how_to_run(self.bucket, stored)
        run.otherwise(self._run_jobs(max_concurrency, job_name or _indexed_job_name(construct_id)))
        events = events_per_item(rounds.most_of_one_item)
        self._connect(
            most_items=most_items(events),
            more=more_than_most_items("A MapFanOut", "a job", events, _INSTEAD),
            plan=plan_for_map(self.bucket.bucket_name),
            run=run,
        )

    def _run_jobs(self, max_concurrency: int, job_name: str) -> sfn.Map:
        jobs = sfn.Map.jsonata(
            self,
            "Run jobs",
            comment="Runs a job for each item.",
            items=sfn.ProvideItems.jsonata(ITERATED),
            item_selector={
                "index": ITERATION_INDEX,
                "causeCharacters": CAUSE_CHARACTERS,
                "environment": ITERATION_ENVIRONMENT,
                **(FIRST_ROUND_OF_ITERATION if self._rounds.several else {}),
                **({"item": ITERATED_ITEM} if self._reads_items else {}),
            },
            max_concurrency=max_concurrency,
            outputs=MAP_OUTCOME,
        )
        self._nesting.put(jobs, run_one_job(self, submit=self._submit, rounds=self._rounds, job_name=job_name))
        jobs.next(self._outcome)
        return jobs


def _indexed_job_name(construct_id: str) -> str:
    prefix = valid_job_name(construct_id, longest=MAX_JOB_NAME_CHARACTERS - len("-000000"))
    return jsonata(f"'{prefix}-' & $states.input.index")
