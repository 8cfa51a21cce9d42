"""Instance types that the region of the stack lacks."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.regions import region_of
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.instance_types.regions import lacking

_TEMPLATE = """
Subnet:
  Type: AWS::EC2::Subnet
  Properties: {VpcId: vpc-0a1b2c3d, CidrBlock: 10.0.0.0/24, AvailabilityZone: eu-west-1a}
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: EC2, MaxvCpus: 16, InstanceTypes: [<VALUE>], Subnets: [!Ref Subnet]}
"""


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
    example=Example(_TEMPLATE, wrong="g5g.xlarge", right="g5.xlarge"),
    look=_look,
)
