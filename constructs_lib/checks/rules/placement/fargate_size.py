"""Sizes that Fargate does not have."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.instance_types.fitting import Demand
from constructs_lib.limits import FARGATE_SIZES


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        if definition.is_fargate and len(definition.containers) == 1:
            [container] = definition.containers
            if _is_wrong(container.demand):
                path = (*container.path, "ResourceRequirements")
                yield Found(definition.resource, path, str(container.demand), _offer(container.demand))
    for submit in pipelines.submits:
        definition_of = submit.definition
        is_changed = submit.overrides is not None and definition_of and not _is_wrong(definition_of.demand)
        if is_changed and definition_of and definition_of.is_fargate and _is_wrong(submit.demand):
            yield Found(submit.resource, submit.path, f"{submit.demand} by {submit.shown}", _offer(submit.demand))


def _is_wrong(demand: Demand) -> bool:
    if demand.vcpus is None:
        return False
    return demand.vcpus not in FARGATE_SIZES or (
        demand.memory is not None and demand.memory not in FARGATE_SIZES[demand.vcpus]
    )


def _offer(demand: Demand) -> str:
    sizes = FARGATE_SIZES.get(demand.vcpus or 0)
    if sizes is None:
        return f"Fargate offers {', '.join(f'{vcpus:g}' for vcpus in FARGATE_SIZES)} vCPUs"
    if len(sizes) <= len(("512", "1024", "2048")):
        return f"Fargate offers {demand.vcpus:g} vCPU with {', '.join(map(str, sizes))} MiB"
    step = sizes[1] - sizes[0]
    return f"Fargate offers {demand.vcpus:g} vCPU with {sizes[0]} to {sizes[-1]} MiB in steps of {step}"


RULE = Rule(
    id="CHECK105",
    title="Fargate offers the vCPUs and the memory of the job together",
    severity="error",
    otherwise=("RegisterJobDefinition and SubmitJob refuse the size."),
    fix="Take vCPUs and memory from the table of the source.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html",
    example=Example(
        pipeline(
            computing="{Type: FARGATE, MaxvCpus: 16, SecurityGroupIds: [sg-1], Subnets: [subnet-1]}",
            job="PlatformCapabilities: [FARGATE]",
            size="[{Type: VCPU, Value: '1'}, {Type: MEMORY, Value: <VALUE>}]",
            container="ExecutionRoleArn: arn:aws:iam::123456789012:role/execution",
        ),
        wrong="'1024'",
        right="'2048'",
    ),
    look=_look,
)
