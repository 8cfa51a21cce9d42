"""A list of items as a Map state with a job for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Unpack

from aws_cdk import aws_batch as batch
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.limits import MAX_JOB_NAME_CHARACTERS, STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY
from constructs_lib.workflows.fan_out.jobs.job_fan_out import FanOutJobs
from constructs_lib.workflows.fan_out.jobs.options import FanOutOptions
from constructs_lib.workflows.fan_out.jobs.runs import Runs
from constructs_lib.workflows.fan_out.list.arguments import check_concurrency, check_fan_out_environment
from constructs_lib.workflows.fan_out.list.bucket import renamed, without
from constructs_lib.workflows.fan_out.list.fragment import ITEMS, FanOutFragment, check_list, read_list
from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.item_values import item_parameters, item_variables
from constructs_lib.workflows.fan_out.list.items import (
    ITERATED,
    ITERATED_ITEM,
    ITERATION_ENVIRONMENT,
    ITERATION_INDEX,
    MOST_BYTES,
    plan_for_map,
)
from constructs_lib.workflows.fan_out.list.plan import StoredList
from constructs_lib.workflows.fan_out.list.steps import Context, Steps, Ways
from constructs_lib.workflows.fan_out.map.iterations import (
    CAUSE_CHARACTERS,
    FIRST_ROUND_OF_ITERATION,
    MAP_OUTCOME,
    events_per_item,
    most_items_of_map,
)
from constructs_lib.workflows.fan_out.map.run import run_one_job
from constructs_lib.workflows.states.expressions import jsonata
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.submit.changes import check_changes, check_length
from constructs_lib.workflows.submit.job_options import valid_job_name
from constructs_lib.workflows.submit.overrides import environment_list
from constructs_lib.workflows.submit.template import SubmitTemplate

_INSTEAD: Final = "Use an ArrayFanOut, which takes 40,000, or a DistributedFanOut."


@checked
@documented
class MapFanOut(FanOutFragment):
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
        item_environment: more variables, of each job its own: expressions in which ``$states.input.item`` is the item
            and ``$states.input.index`` its index, such as ``"{% $states.input.item.scene %}"``. Default: none.
        parameters: values for ``Ref::name`` in the command, with the same expressions. Default: the definition's.
        job_name: letters, digits, hyphens and underscores, or a JSONata expression, in which ``$states.input.index`` is
            the index of the item. Default: made of the construct id and the index.

    Raises:
        ConfigurationError: an argument that AWS would refuse, or a variable that the fan-out sets itself.
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
        max_concurrency: int = STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY,
        item_environment: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        **options: Unpack[FanOutOptions],
    ) -> None:
        place = ArgumentPath(type(self).__name__, scope, construct_id)
        variables = {**(options.get("environment") or {}), **(item_environment or {})}
        check_concurrency(place, max_concurrency)
        check_fan_out_environment(place, item_environment, "item_environment")
        check_changes(place, job, environment=item_environment, parameters=parameters)
        check_length(place, {"Environment": environment_list(variables)})
        jobs = FanOutJobs(job=job, queue=queue, options=options, parameters=parameters)
        jobs.check(place)
        check_list(place, construct_id, items, jobs.tolerance)
        # A list in S3 stays with the states, too, when they read more of an item than its index.
        reads_items = bool(parameters or item_environment)

        def steps(fan_out: Construct) -> Steps:
            self.bucket: s3.IBucket = jobs.bucket(fan_out)
            template = jobs.template(scope, construct_id, job_name=_indexed_job_name(construct_id))
            return Steps(
                read=read_list(items, jobs.variables),
                guard=Guard(most_bytes=MOST_BYTES),
                plan=StoredList(
                    bucket=self.bucket,
                    outputs=plan_for_map(self.bucket.bucket_name),
                    after_storing=renamed("itemsToStore", "items") if reads_items else without("itemsToStore"),
                ),
                work=_MapJobs(
                    template=template.with_(
                        parameters=item_parameters(parameters), environment=item_variables(item_environment)
                    ),
                    runs=jobs.runs,
                    max_concurrency=max_concurrency,
                    reads_items=reads_items,
                ),
                outcome=jobs.outcome,
            )

        super().__init__(scope, construct_id, steps)


@dataclass(frozen=True, kw_only=True)
class _MapJobs:
    """The work: a job for each item, some at a time."""

    template: SubmitTemplate
    runs: Runs
    max_concurrency: int
    reads_items: bool

    @property
    def most_items(self) -> MostItems:
        """So many that the history of an execution has room for the failures of all."""
        events = events_per_item(self.runs.max_runs_per_item)
        return most_items_of_map(fan_out="A MapFanOut", work="a job", events=events, instead=_INSTEAD)

    def states(self, context: Context) -> Ways:
        """The Map, and within it a job."""
        jobs = sfn.Map.jsonata(
            context.scope,
            "Run jobs",
            comment="Runs a job for each item.",
            items=sfn.ProvideItems.jsonata(ITERATED),
            item_selector={
                "index": ITERATION_INDEX,
                "causeCharacters": CAUSE_CHARACTERS,
                "environment": ITERATION_ENVIRONMENT,
                **self.runs.besides(FIRST_ROUND_OF_ITERATION),
                **({"item": ITERATED_ITEM} if self.reads_items else {}),
            },
            max_concurrency=self.max_concurrency,
            outputs=MAP_OUTCOME,
        )
        context.nesting.put(jobs, run_one_job(context.scope, self.template, self.runs))
        jobs.next(context.outcome)
        return Ways(jobs)


def _indexed_job_name(construct_id: str) -> str:
    prefix = valid_job_name(construct_id, longest=MAX_JOB_NAME_CHARACTERS - len("-000000"))
    return jsonata(f"'{prefix}-' & $states.input.index")
