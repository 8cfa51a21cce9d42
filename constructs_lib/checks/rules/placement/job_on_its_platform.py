"""Jobs of Fargate in queues of EC2, and the reverse."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.submits import Submit
from constructs_lib.checks.obstacles import obstructed
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    yield from obstructed(pipelines, "platform", _asked)


def _asked(submit: Submit) -> str:
    platforms = submit.definition.platforms if submit.definition else None
    return f"platform {' or '.join(sorted(platforms or ()))}"


RULE = Rule(
    id="CHECK104",
    title="a job and an environment of its queue are both of EC2, or both of Fargate",
    severity="error",
    otherwise=(
        "SubmitJob refuses the job, or it stays in RUNNABLE forever: the platform of a definition without "
        "PlatformCapabilities is EC2."
    ),
    fix="Set PlatformCapabilities of the definition to what the queue has, or submit to another queue.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_RegisterJobDefinition.html",
    example=Example(
        pipeline(
            job="PlatformCapabilities: [<VALUE>]",
            container="ExecutionRoleArn: arn:aws:iam::123456789012:role/execution",
        ),
        wrong="FARGATE",
        right="EC2",
    ),
    look=_look,
)
