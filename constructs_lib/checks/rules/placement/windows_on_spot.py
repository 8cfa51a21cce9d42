"""Windows containers on Fargate Spot."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.obstacles import obstructed
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    yield from obstructed(pipelines, "system", lambda _: "a Windows container")


RULE = Rule(
    id="CHECK117",
    title="the queue of a Windows container has an environment of Fargate that is not Spot",
    severity="error",
    otherwise="The job stays in RUNNABLE, and blocks the queue: Fargate Spot has no Windows.",
    fix="Submit it to a queue with an environment of Type FARGATE.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_RuntimePlatform.html",
    example=Example(
        pipeline(
            computing="{Type: <VALUE>, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}",
            job="PlatformCapabilities: [FARGATE]",
            container="ExecutionRoleArn: arn:aws:iam::123456789012:role/execution\n"
            "      RuntimePlatform: {OperatingSystemFamily: WINDOWS_SERVER_2022_CORE}",
        ),
        wrong="FARGATE_SPOT",
        right="FARGATE",
    ),
    look=_look,
)
