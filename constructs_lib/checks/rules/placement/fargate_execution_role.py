"""Jobs on Fargate that nobody pulls the image of."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        if "FARGATE" not in (definition.platforms or ()) or definition.is_of_several_nodes:
            continue
        for body, path in definition.bodies:
            if "ExecutionRoleArn" not in body:
                yield Found(definition.resource, path, "no ExecutionRoleArn", "a job on Fargate needs one")


RULE = Rule(
    id="CHECK118",
    title="a job on Fargate has an execution role",
    severity="error",
    otherwise="RegisterJobDefinition refuses the definition: `executionRoleArn is required for Fargate`.",
    fix="Set ExecutionRoleArn to a role for ecs-tasks.amazonaws.com, with AmazonECSTaskExecutionRolePolicy.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/execution-IAM-role.html",
    example=Example(
        pipeline(
            computing="{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}",
            job="PlatformCapabilities: [FARGATE]",
            container="ExecutionRoleArn: <VALUE>",
        ),
        wrong="!Ref AWS::NoValue",
        right="arn:aws:iam::123456789012:role/execution",
    ),
    look=_look,
)
