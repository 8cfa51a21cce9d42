"""A list of items through several stages, each an array job whose children wait for those of the stage before."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.checked.arguments import checked
from constructs_lib.core.place import Place
from constructs_lib.limits import MAX_ARRAY_SIZE
from constructs_lib.workflows.fan_out.jobs.job_fan_out import ITEMS
from constructs_lib.workflows.fan_out.list.arguments import check_fan_out_environment
from constructs_lib.workflows.fan_out.list.bucket import fan_out_bucket, grant_to_job
from constructs_lib.workflows.fan_out.list.items import plan_for_array
from constructs_lib.workflows.fan_out.list.list_fan_out import ListFanOut
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.fan_out.stages.records import CAUSE
from constructs_lib.workflows.fan_out.stages.run import PipelineRun
from constructs_lib.workflows.fan_out.stages.stage import PipelineStage, check_stages
from constructs_lib.workflows.states.mark import remembers_options
from constructs_lib.workflows.states.texts import check_texts
from constructs_lib.workflows.submit.changes import check_changes, check_length
from constructs_lib.workflows.submit.job_options import valid_job_name
from constructs_lib.workflows.submit.overrides import environment_list
from constructs_lib.workflows.submit.permissions import job_mark
from constructs_lib.workflows.submit.submit_job import SubmitJob

_MORE: Final = f"""
    'An ArrayPipeline takes up to {MAX_ARRAY_SIZE:,} items, because each stage is one array job, got '
    & $count($states.input.items) & '. Run it in a Map over parts of the list, or chain fan-outs.'
"""


@checked
class ArrayPipeline(ListFanOut):
    """Two or more stages for up to 10,000 items: an item is in its second stage when it has done with its first.

    Each stage is one array job and depends on the stage before by ``N_TO_N``: child i waits for child i and for no
    other, so that no item waits for the slowest. A single item is a job per stage. The container is that of the other
    fan-outs; the jobs of all stages get the same item, and those of a later stage find in ``PREVIOUS_RESULTS_URI``
    where the stage before has written ``<index>.json``.

    All items run, whatever fails; one that fails in a stage is not in those that follow. The output is the summary
    ``{"total", "succeeded", "failed", "failedIndexes", "jobIds", "itemsUri"?, "resultsUri"?}`` with a job per stage,
    and, if something failed, ``failedStages``: by the name of a stage, the indexes of the items that failed there. More
    failures than tolerated fail the execution with ``FanOut.TooManyFailures`` and the summary as the cause. When AWS
    Batch does not accept a stage, the stages before are terminated, and its error is that of the execution. The state
    machine waits for the last stage alone: a stopped execution stops that, and earlier stages finish what they have.
    Sources: https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html and
    https://docs.aws.amazon.com/batch/latest/userguide/job_dependencies.html

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        stages: in their order, 2 to 30.
        items: a JSONata expression for the array. Default: ``items`` of the state's input.
        environment: more variables, the same for all jobs; values may be JSONata expressions. Default: none.
        bucket: for long lists and results. Default: one that all fan-outs of the stack share: private, encrypted,
            expiring after 30 days.
        tolerated_failures: items that may fail without failing the execution. Default: 0, or any number if there is a
            percentage.
        tolerated_failure_percentage: of all items that may fail without failing the execution. Default: none.

    Raises:
        ConfigurationError: an argument that AWS would refuse, fewer than two stages, or two of one name.
    """

    _can_rerun = False

    @remembers_options
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stages: Sequence[PipelineStage],
        items: str = ITEMS,
        environment: Mapping[str, str] | None = None,
        bucket: s3.IBucket | None = None,
        tolerated_failures: int | None = None,
        tolerated_failure_percentage: float | None = None,
    ) -> None:
        place = Place("ArrayPipeline", scope, construct_id)
        check_fan_out_environment(place, environment)
        check_stages(place, construct_id, stages)
        for index, stage in enumerate(stages):
            stage.options.check(place.of(f"stages[{index}]"))
            check_texts(place.of(f"stages[{index}].parameters"), stage.parameters)
            check_changes(place.of(f"stages[{index}]"), stage.job, environment=environment, parameters=stage.parameters)
        check_length(place, {"Environment": environment_list(environment)})
        super().__init__(
            scope,
            construct_id,
            items=items,
            environment=environment_list(environment),
            tolerance=Tolerance(tolerated_failures, tolerated_failure_percentage),
            cause=CAUSE,
        )
        self.bucket: s3.IBucket = bucket or fan_out_bucket(self)
        self._stages = tuple(stages)
        self._mark = job_mark(scope, construct_id)
        self._job_name = valid_job_name(construct_id)
        for stage in stages:
            grant_to_job(self, self.bucket, stage.job)
        plan = plan_for_array(self.bucket.bucket_name, keep_items=False, can_rerun=False)
        self._connect(most_items=MAX_ARRAY_SIZE, more=_MORE, plan=plan, run=self._run_stages())

    def _run_stages(self) -> sfn.Choice:
        run = PipelineRun(
            self,
            names=[stage.name for stage in self._stages],
            submit=self._submit,
            submitted_by=self._mark,
            nesting=self._nesting,
            outcome=self._outcome,
        )
        return run.follow(self._choose_how_to_run(self.bucket, stored={"items": "{% $states.input.itemsToStore %}"}))

    def _submit(self, state_name: str, place: int, **arguments: Any) -> SubmitJob:
        stage = self._stages[place]
        job_name = valid_job_name(f"{self._job_name}-{stage.name}")
        shared = {**stage.arguments(), "job_name": job_name, "submitted_by": self._mark}
        return SubmitJob(self, state_name, **shared, **arguments)
