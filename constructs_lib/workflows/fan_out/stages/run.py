"""The states of an `ArrayPipeline`: submit its jobs one after the other, wait for the last one, and list failures."""

from collections.abc import Mapping

from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.workflows.fan_out.list.steps import Context, Way, Ways
from constructs_lib.workflows.fan_out.stages.records import (
    ALL_SUCCEEDED,
    CHILDREN,
    FAILED,
    REFUSED,
    SUBMITTED,
    add_job,
    add_page,
    all_failed,
    failures,
    stage_environment,
)
from constructs_lib.workflows.states.nesting import Nesting
from constructs_lib.workflows.states.task import TaskState
from constructs_lib.workflows.submit.permissions import describe_jobs, list_jobs, stop
from constructs_lib.workflows.submit.template import SubmitState, SubmitTemplate
from constructs_lib.workflows.submit.throttling import retry_throttled_batch


class PipelineRun:
    """The states from a planned list to the outcome.

    Args:
        context: of the pipeline.
        templates: of the submitted jobs, by the names of the stages and in their order.
        submitted_by: the tag that marks the jobs.
    """

    def __init__(self, context: Context, *, templates: Mapping[str, SubmitTemplate], submitted_by: str) -> None:
        self._scope = scope = context.scope
        self._templates = templates
        self._names = names = tuple(templates)
        self._outcome = outcome = context.outcome
        self._stop = self._stop_jobs(submitted_by, context.nesting)
        self._total = sfn.Pass.jsonata(
            scope, "Total failures", comment="The summary of items and stages.", outputs=failures(names)
        )
        self._total.next(outcome)

    def ways(self) -> Ways:
        """The array jobs of a list, and the jobs of a list of one item."""
        one = sfn.Condition.jsonata("{% $states.input.total = 1 %}")
        why = "AWS Batch has no array jobs of one child"
        single = Way(one, self._chain("job", self._describe()), why)
        return Ways(self._chain("array", self._list()), [single])

    def _chain(self, kind: str, ask: sfn.State) -> SubmitState:
        """Submit a job per stage and wait for the last one, which depends on the others."""
        size = "{% $states.input.total %}" if kind == "array" else None
        first = previous = None
        for place, (name, template) in enumerate(self._templates.items()):
            last = place == len(self._names) - 1
            task = template.with_(
                array_size=size,
                n_to_n=size is not None and place > 0,
                depends_on=["{% $states.input.jobIds[-1] %}"] if place else [],
                wait=last,
                environment=stage_environment(self._names, place),
            ).state(
                self._scope,
                f"{'Run' if last else 'Submit'} {name} {kind}",
                outputs=ALL_SUCCEEDED if last else SUBMITTED,
                comment=_comment(kind, name, place, last=last),
            )
            if last:
                task.add_catch(self._check(kind, ask), errors=["States.ALL"], outputs=FAILED)
                task.next(self._outcome)
            else:
                task.add_catch(self._stop, errors=["States.ALL"], outputs=REFUSED)
            if previous:
                previous.next(task)
            first, previous = first or task, task
        assert first  # noqa: S101 - there are two stages or more
        return first

    def _check(self, kind: str, ask: sfn.State) -> sfn.Choice:
        check = sfn.Choice.jsonata(self._scope, f"Check {kind}", comment="Tells failures from a stage not accepted.")
        check.when(sfn.Condition.jsonata("{% $exists($states.input.error) %}"), self._stop, comment="Not accepted")
        return check.otherwise(ask)

    def _list(self) -> TaskState:
        listing = TaskState(
            self._scope,
            "List failed children",
            resource="aws-sdk:batch:listJobs",
            arguments=CHILDREN,
            outputs=add_page(self._names),
            statements=[list_jobs()],
            comment="Adds one page of the children that failed in a stage; comes back for each page and stage.",
        )
        return self._each_stage(listing, "Check stages", "More pages or stages")

    def _describe(self) -> TaskState:
        described = TaskState(
            self._scope,
            "Describe job",
            resource="aws-sdk:batch:describeJobs",
            # One at a time: a description contains all variables and the whole definition of a job.
            arguments={"Jobs": ["{% $states.input.jobIds[$states.input.stage] %}"]},
            outputs=add_job(self._names),
            statements=[describe_jobs()],
            comment="Asks in which stage the one item failed; comes back for each stage.",
        )
        return self._each_stage(described, "Check jobs", "It did not fail in the stages so far")

    def _each_stage(self, asking: TaskState, name: str, more: str) -> TaskState:
        """Repeat a state until all stages have been described."""
        retry_throttled_batch(asking)
        check = sfn.Choice.jsonata(self._scope, name, comment="Whether all stages have been asked.")
        left = sfn.Condition.jsonata(f"{{% $states.input.stage < {len(self._names)} %}}")
        asking.next(check.when(left, asking, comment=more).otherwise(self._total))
        return asking

    def _stop_jobs(self, submitted_by: str, nesting: Nesting) -> sfn.Map:
        stopped = sfn.Map.jsonata(
            self._scope,
            "Stop stages",
            comment="A stage was not accepted: the jobs of those before would work for nothing.",
            items=sfn.ProvideItems.jsonata("{% [$states.input.jobIds] %}"),
            item_selector={"jobId": "{% $states.context.Map.Item.Value %}"},
            outputs=all_failed(self._names),
        )
        task = TaskState(
            self._scope,
            "Stop stage",
            resource="aws-sdk:batch:terminateJob",
            arguments={"JobId": "{% $states.input.jobId %}", "Reason": "A later stage was not accepted."},
            outputs={},
            statements=[stop(submitted_by)],
            comment="Ends its children.",
        )
        retry_throttled_batch(task)
        nesting.put(stopped, task)
        stopped.next(self._outcome)
        return stopped


def _comment(kind: str, name: str, place: int, *, last: bool) -> str:
    what = f"Submits a child per item for {name}" if kind == "array" else f"Submits the one item's job for {name}"
    after = ""
    if place:
        after = ", each of which waits for that of its index" if kind == "array" else ", which waits for the one before"
    return f"{what}{after}{'; ends with the last of them' if last and kind == 'array' else ''}."
