"""A list of items as a Map state with a job for each item."""

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
from constructs_lib.workflows.fan_out.jobs.metrics import MeasuredFanOut
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
class MapFanOut(MeasuredFanOut, FanOutFragment):
    """Runs a job for each item of a list, submitted by a Map state, up to 40 at a time.

    Each job receives its own item in the variable ``ITEMS``; if an item is too long for a variable, the list is stored
    once in S3 (``ITEMS_URI``, ``ITEMS_OFFSET``). All items run, even when some fail. The output is the summary
    ``{"total", "succeeded", "failed", "failedIndexes", "jobIds", "itemsUri"?, "resultsUri"?}``. If more items fail than
    tolerated, the execution fails with the error ``FanOut.TooManyFailures`` and the summary as the cause, or, if AWS
    Batch rejected a job, with the error of AWS Batch. A history is limited to 25,000 events, and an item has up to 10:
    a list of more than 2,400 items, or 1,333 if each may run twice, fails with ``FanOut.TooManyItems`` before anything
    runs; use an `ArrayFanOut` for it. JSONata writes numbers of inline items with 15 significant digits: pass longer
    numbers as strings.
    Sources: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html and
    https://docs.aws.amazon.com/step-functions/latest/dg/bp-history-limit.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        job: the job definition. Its role is allowed to read the list and to write results; for the role of an imported
            definition, grant this on ``bucket`` below ``fan-out/``.
        queue: the job queue that the jobs are submitted to.
        items: a JSONata expression for the array of items. Default: ``items`` of the state's input.
        max_concurrency: jobs at a time, 1 to 40. Default: 40, the limit of Step Functions.
        item_environment: environment variables computed per item: expressions in which ``$states.input.item`` is the
            item and ``$states.input.index`` its index, such as ``"{% $states.input.item.scene %}"``. Default: no
            variables.
        parameters: values for ``Ref::name`` in the command, with the same expressions. Default: the definition's.
        job_name: letters, digits, hyphens and underscores, or a JSONata expression, in which ``$states.input.index`` is
            the index of the item. Default: the construct id and the index.

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
        self.jobs_of_fan_out = jobs.measured(f"{_job_name_prefix(construct_id)}*")
        # A list in S3 is also passed on by the states when they read more of an item than its index.
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
    """The work: a job for each item."""

    template: SubmitTemplate
    runs: Runs
    max_concurrency: int
    reads_items: bool

    @property
    def most_items(self) -> MostItems:
        """The number of items whose failures all fit into the history of an execution."""
        events = events_per_item(self.runs.max_runs_per_item)
        return most_items_of_map(fan_out="A MapFanOut", work="a job", events=events, instead=_INSTEAD)

    def states(self, context: Context) -> Ways:
        """The Map over the items, with a job in each iteration."""
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
    return jsonata(f"'{_job_name_prefix(construct_id)}' & $states.input.index")


def _job_name_prefix(construct_id: str) -> str:
    return valid_job_name(construct_id, longest=MAX_JOB_NAME_CHARACTERS - len("-000000")) + "-"
