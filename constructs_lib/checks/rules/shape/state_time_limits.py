"""Time limits of job states that AWS Batch does not take."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import items, member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_JOB_STATE_TIME_LIMIT_SECONDS as _MOST
from constructs_lib.limits import MIN_JOB_STATE_TIME_LIMIT_SECONDS as _LEAST


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for queue in pipelines.queues:
        for index, action in enumerate(items(queue.resource.properties.get("JobStateTimeLimitActions")) or ()):
            seconds = number(member(action, "MaxTimeSeconds"))
            if seconds is not None and not _LEAST <= seconds <= _MOST:
                path = ("JobStateTimeLimitActions", index, "MaxTimeSeconds")
                yield Found(queue.resource, path, f"{seconds:g} seconds", f"AWS Batch allows {_LEAST} to {_MOST:,}")


RULE = Rule(
    id="CHECK211",
    title="a job state time limit is 600 to 86,400 seconds",
    severity="error",
    otherwise=("CreateJobQueue refuses the limit."),
    fix="Set MaxTimeSeconds to 600 to 86,400.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_JobStateTimeLimitAction.html",
    example=Example(
        pipeline(
            queue="JobStateTimeLimitActions: [{Action: CANCEL, MaxTimeSeconds: <VALUE>, State: RUNNABLE, "
            "Reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY'}]",
        ),
        wrong="60",
        right="600",
    ),
    look=_look,
)
