"""Names that are no instance types."""

from collections.abc import Iterator
from difflib import get_close_matches

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.instance_types.catalog import catalog, known


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        unknown = [name for name in environment.instance_types or () if not known(name)]
        if unknown:
            near = [close for name in unknown for close in get_close_matches(name, catalog(), 1)]
            allowed = f"there is {', '.join(near)}" if near else "no such type is known"
            path = ("ComputeResources", "InstanceTypes")
            yield Found(environment.resource, path, ", ".join(unknown), allowed)


RULE = Rule(
    id="CHECK107",
    title="instance types are types, families or sets that there are",
    severity="warning",
    otherwise=(
        "CreateComputeEnvironment refuses a name that is no type, and a type that the region lacks never "
        "starts: the jobs stay in RUNNABLE."
    ),
    fix="Correct the name. It may be right if it is newer than this version of constructs-lib.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_ComputeResource.html",
    example=Example(
        pipeline(
            computing="{Type: EC2, MaxvCpus: 256, InstanceTypes: [<VALUE>], Subnets: [subnet-1]}",
        ),
        wrong="m5.huge",
        right="m5.large",
    ),
    look=_look,
)
