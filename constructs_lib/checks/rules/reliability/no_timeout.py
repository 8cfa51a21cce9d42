"""Jobs that may run forever."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.jobs import Definition
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.submits import Submit, shown_together
from constructs_lib.checks.model.values import member
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    endless: dict[str, list[Submit]] = {}
    for submit in pipelines.submits:
        if submit.definition and not _is_bounded(submit, submit.definition):
            endless.setdefault(submit.definition.resource.key, []).append(submit)
    for submits in endless.values():
        if definition := submits[0].definition:
            got = f"no Timeout, submitted by {shown_together(submits)}"
            yield Found(definition.resource, (), got, "a job that hangs never ends")


def _is_bounded(submit: Submit, definition: Definition) -> bool:
    """Whether the job has a timeout, or what waits for it, and ends it then."""
    state = submit.state
    waiting = (state.body, state.definition) if state and state.resource.endswith(".sync") else ()
    if any(name in body for body in waiting for name in ("TimeoutSeconds", "TimeoutSecondsPath")):
        return True
    timeouts = [member(each, "Timeout", "AttemptDurationSeconds") for each in (definition.properties, submit.request)]
    return timeouts != [None, None]


RULE = Rule(
    id="CHECK502",
    title="a job has a timeout, or the state that waits for it",
    severity="warning",
    otherwise=("A job that hangs runs, and costs, until somebody sees it: an execution waits for up to a year."),
    fix="Set Timeout of the definition or of the submit, or TimeoutSeconds of the state or of the state machine.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html",
    example=Example(
        pipeline(job="Timeout: <VALUE>", state=""),
        wrong="!Ref AWS::NoValue",
        right="{AttemptDurationSeconds: 3600}",
    ),
    look=_look,
)
