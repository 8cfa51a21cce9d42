"""Environments with instance types of two processors."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.instance_types.catalog import allowed


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        first: dict[str, str] = {}
        for name in environment.instance_types or ():
            for shape in allowed((name,)):
                first.setdefault(shape.architecture, name)
        if len(first) > 1:
            path = ("ComputeResources", "InstanceTypes")
            got = " and ".join(f"{name} of {architecture}" for architecture, name in first.items())
            yield Found(environment.resource, path, got, "an environment has types of one processor")


RULE = Rule(
    id="CHECK114",
    title="the instance types of an environment have one processor architecture",
    severity="error",
    otherwise=(
        "CreateComputeEnvironment refuses the environment: arm-based instance type cannot be used with other instance "
        "types."
    ),
    fix="Make one environment, and one queue, for each architecture.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html",
    example=Example(
        pipeline(computing="{Type: EC2, MaxvCpus: 256, InstanceTypes: [c7i, <VALUE>], Subnets: [subnet-1]}"),
        wrong="m7g.large",
        right="m7i.large",
    ),
    look=_look,
)
