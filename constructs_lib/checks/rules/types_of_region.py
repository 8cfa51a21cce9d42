"""Instance types that the region of the stack lacks."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.regions import region_of
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.instance_types.regions import lacking


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for environment in pipelines.environments:
        region = region_of(environment)
        missing = lacking(environment.instance_types or (), region) if region else []
        if missing:
            path = ("ComputeResources", "InstanceTypes")
            yield Found(environment.resource, path, ", ".join(missing), f"{region} is known to have none")


RULE = Rule(
    id="CHECK116",
    title="the region of an environment offers its instance types",
    severity="warning",
    otherwise="CreateComputeEnvironment refuses the environment: Instance type can only be one of those of the region.",
    fix="Name a type that the region has. It may be right if the region has it since this version of constructs-lib.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-discovery.html",
    example=Example(
        in_a_vpc(instances=True, image="busybox")
        .replace("[m5.large]", "[<VALUE>]")
        .replace("eu-west-1a}", "eu-west-1a, MapPublicIpOnLaunch: true}"),
        wrong="g5g.xlarge",
        right="g5.xlarge",
    ),
    look=_look,
)
