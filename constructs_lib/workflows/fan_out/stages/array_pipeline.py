"""A list of items through several stages, each an array job whose children wait for those of the stage before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Unpack

from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.checked.options import documented, flat
from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.workflows.fan_out.jobs.metrics import JobsOfFanOut, MeasuredFanOut
from constructs_lib.workflows.fan_out.list.arguments import check_fan_out_environment
from constructs_lib.workflows.fan_out.list.bucket import fan_out_bucket, grant_to_job
from constructs_lib.workflows.fan_out.list.fragment import ITEMS, FanOutFragment, check_list, read_list
from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.items import MOST_BYTES, plan_for_array
from constructs_lib.workflows.fan_out.list.options import ListOptions
from constructs_lib.workflows.fan_out.list.outcome import Outcome
from constructs_lib.workflows.fan_out.list.plan import StoredList
from constructs_lib.workflows.fan_out.list.steps import Context, Steps, Ways
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.fan_out.stages.records import CAUSE
from constructs_lib.workflows.fan_out.stages.run import PipelineRun
from constructs_lib.workflows.fan_out.stages.stage import PipelineStage, check_stages
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.submit.changes import check_length
from constructs_lib.workflows.submit.job_options import valid_job_name
from constructs_lib.workflows.submit.overrides import environment_list
from constructs_lib.workflows.submit.permissions import job_mark
from constructs_lib.workflows.submit.template import SubmitTemplate

_MORE: Final = f"""
    'An ArrayPipeline takes up to {MAX_ARRAY_SIZE:,} items, because each stage is one array job, got '
    & $count($states.input.items) & '. Run it in a Map over parts of the list, or chain fan-outs.'
"""


@checked
@documented
class ArrayPipeline(MeasuredFanOut, FanOutFragment):
    """Runs 2 to 30 stages for each of up to 10,000 items; an item enters a stage when it has finished the one before.

    Each stage is one array job that depends on the stage before by ``N_TO_N``: child i waits only for child i, so that
    no item waits for the slowest one. A list of one item runs as one job per stage. The container is the same as in the
    other fan-outs; the jobs of all stages receive the same item, and the variable ``PREVIOUS_RESULTS_URI`` of later
    stages names the prefix of ``<index>.json`` of the stage before.

    All items run, even when some fail; an item that fails in a stage does not run in later stages. The output is the
    summary ``{"total", "succeeded", "failed", "failedIndexes", "jobIds", "itemsUri"?, "resultsUri"?}`` with a job per
    stage, and, if items failed, ``failedStages``, which maps the name of a stage to the indexes of the items that
    failed in it. If more items fail than tolerated, the execution fails with the error ``FanOut.TooManyFailures`` and
    the summary as the cause. When AWS Batch rejects a stage, the stages before it are terminated, and the execution
    fails with the error of AWS Batch. The state machine waits for the last stage only: stopping the execution stops the
    last stage, and earlier stages keep running.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html and
    https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        stages: the stages in their order, 2 to 30.
        items: a JSONata expression for the array of items. Default: ``items`` of the state's input.

    Raises:
        ConfigurationError: an argument that AWS would reject, fewer than two stages, or two stages of one name.
    """

    @remembers_options
    @flat
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stages: Sequence[PipelineStage],
        items: str = ITEMS,
        **options: Unpack[ListOptions],
    ) -> None:
        place = ArgumentPath(type(self).__name__, scope, construct_id)
        environment, tolerance = options.get("environment"), Tolerance.of(options)
        check_fan_out_environment(place, environment)
        check_stages(place, construct_id, stages)
        for index, stage in enumerate(stages):
            stage.check_jobs(place.of(f"stages[{index}]"), environment)
        check_length(place, {"Environment": environment_list(environment)})
        check_list(place, construct_id, items, tolerance)
        mark, prefix = job_mark(scope, construct_id), valid_job_name(construct_id)
        queues = list(dict.fromkeys(stage.queue for stage in stages))
        self.jobs_of_fan_out = JobsOfFanOut(queues=queues, job_name=f"{prefix}-*", job=None)

        def steps(fan_out: Construct) -> Steps:
            self.bucket: s3.IBucket = options.get("bucket") or fan_out_bucket(fan_out)
            for stage in stages:
                grant_to_job(fan_out, self.bucket, stage.job)
            return Steps(
                read=read_list(items, environment_list(environment)),
                guard=Guard(most_bytes=MOST_BYTES),
                plan=StoredList(
                    bucket=self.bucket,
                    outputs=plan_for_array(self.bucket.bucket_name, keep_items=False, can_rerun=False),
                    stored={"items": "{% $states.input.itemsToStore %}"},
                ),
                work=_Stages({stage.name: stage.template(mark, prefix) for stage in stages}, submitted_by=mark),
                outcome=Outcome(tolerance=tolerance, cause=CAUSE),
                can_rerun=False,
            )

        super().__init__(scope, construct_id, steps)


@dataclass(frozen=True)
class _Stages:
    """The work: an array job for each stage, awaited together."""

    templates: dict[str, SubmitTemplate]
    submitted_by: str

    @property
    def most_items(self) -> MostItems:
        """The number of items in one array job."""
        return MostItems(MAX_ARRAY_SIZE, _MORE)

    def states(self, context: Context) -> Ways:
        """The submits of a list, and those of a list of one item."""
        return PipelineRun(context, templates=self.templates, submitted_by=self.submitted_by).ways()
