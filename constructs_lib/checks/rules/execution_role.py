"""Jobs on Fargate without an execution role."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        if not definition.is_fargate or definition.is_kubernetes:
            continue
        for body, path in definition.bodies:
            if body.get("ExecutionRoleArn") is None:
                allowed = "there is no instance whose role pulls the image"
                yield Found(definition.resource, path, "no ExecutionRoleArn", allowed)


RULE = Rule(
    id="CHECK618",
    title="a job on Fargate has an execution role",
    severity="error",
    otherwise="The definition is refused: executionRoleArn is required for Fargate.",
    fix="Set ExecutionRoleArn to a role for ecs-tasks.amazonaws.com with AmazonECSTaskExecutionRolePolicy.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/execution-IAM-role.html",
    example=Example(
        pipeline(
            computing="{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1, subnet-2]}",
            job="PlatformCapabilities: [FARGATE]",
            container="ExecutionRoleArn: <VALUE>",
        ),
        wrong="!Ref AWS::NoValue",
        right="arn:aws:iam::123456789012:role/execution",
    ),
    look=_look,
)
