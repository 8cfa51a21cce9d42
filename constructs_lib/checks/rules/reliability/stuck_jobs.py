"""Jobs that never start, and are waited for."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.submits import Submit, shown_together
from constructs_lib.checks.model.values import items
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    stuck: dict[str, list[Submit]] = {}
    for submit in pipelines.submits:
        limits = submit.queue.resource.properties.get("JobStateTimeLimitActions") if submit.queue else None
        if submit.queue and items(limits) == [] and _waits_without_end(submit):
            stuck.setdefault(submit.queue.resource.key, []).append(submit)
    for submits in stuck.values():
        if queue := submits[0].queue:
            got = f"no JobStateTimeLimitActions, and no TimeoutSeconds for the wait of {shown_together(submits)}"
            yield Found(queue.resource, (), got, "a job that cannot start stays in RUNNABLE")


def _waits_without_end(submit: Submit) -> bool:
    state = submit.state
    if state is None or not state.resource.endswith(".sync"):
        return False
    return not any(
        name in body for body in (state.body, state.definition) for name in ("TimeoutSeconds", "TimeoutSecondsPath")
    )


RULE = Rule(
    id="CHECK510",
    title="a job that cannot start is ended",
    severity="note",
    otherwise=(
        "A job that no instance can be had for, or that is too large, stays in RUNNABLE, and its execution waits for "
        "up to a year: the timeout of a job counts from when it starts."
    ),
    fix="Add JobStateTimeLimitActions for RUNNABLE to the queue, or TimeoutSeconds to the state or the state machine.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html",
    example=Example(
        pipeline(queue="JobStateTimeLimitActions: <VALUE>", job="Timeout: {AttemptDurationSeconds: 3600}", state=""),
        wrong="!Ref AWS::NoValue",
        right="[{Action: CANCEL, MaxTimeSeconds: 600, State: RUNNABLE, "
        "Reason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT'}]",
    ),
    look=_look,
)
