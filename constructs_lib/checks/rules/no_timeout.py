"""Jobs that may run forever."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import member
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        definition, state = submit.definition, submit.state
        if definition is None or (
            state and any(name in state.body for name in ("TimeoutSeconds", "TimeoutSecondsPath"))
        ):
            continue
        timeouts = [
            member(each, "Timeout", "AttemptDurationSeconds") for each in (definition.properties, submit.request)
        ]
        if timeouts == [None, None]:
            yield Found(
                definition.resource, (), f"no Timeout, submitted by {submit.shown}", "a job that hangs never ends"
            )


RULE = Rule(
    id="CHECK502",
    title="a job has a timeout, or the state that waits for it",
    severity="warning",
    otherwise=("A job that hangs runs, and costs, until somebody sees it: an execution waits for up to a year."),
    fix="Set Timeout of the definition or of the submit, or TimeoutSeconds of the state.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_timeouts.html",
    example=Example(
        pipeline(job="Timeout: <VALUE>", state=""),
        wrong="!Ref AWS::NoValue",
        right="{AttemptDurationSeconds: 3600}",
    ),
    look=_look,
)
