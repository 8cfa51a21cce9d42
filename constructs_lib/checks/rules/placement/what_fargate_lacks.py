"""Jobs on Fargate that ask for what only instances have."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.jobs import Container
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import flag
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        if "FARGATE" not in (definition.platforms or ()):
            continue
        if definition.is_of_several_nodes:
            yield Found(definition.resource, ("Type",), "a multi-node parallel job on Fargate", "it runs on instances")
            continue
        for container in definition.containers:
            for name, got, allowed in _wrong(container):
                yield Found(definition.resource, (*container.path, name), f"{got} on Fargate", allowed)


def _wrong(container: Container) -> Iterator[tuple[str, str, str]]:
    if container.demand.gpus:
        yield "ResourceRequirements", "a GPU", "only instances have some"
    if flag(container.body.get("Privileged")):
        yield "Privileged", "a privileged container", "only instances have some"
    for name in ("Vcpus", "Memory"):
        if name in container.body:
            yield name, name, "it is told by ResourceRequirements there"


RULE = Rule(
    id="CHECK119",
    title="a job on Fargate asks for nothing that only instances have",
    severity="error",
    otherwise="RegisterJobDefinition refuses the definition: GPUs, privileged containers and nodes need instances.",
    fix="Leave it out, or give the job PlatformCapabilities of EC2 and a queue of instances.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/fargate.html",
    example=Example(
        pipeline(
            computing="{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}",
            job="PlatformCapabilities: [FARGATE]",
            size="[{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: '2048'}, <VALUE>]",
            container="ExecutionRoleArn: arn:aws:iam::123456789012:role/execution",
        ),
        wrong="{Type: GPU, Value: '1'}",
        right="!Ref AWS::NoValue",
        unknown="!If [Unclear, {Type: GPU, Value: '1'}, !Ref AWS::NoValue]",
    ),
    look=_look,
)
