"""Interface endpoints that nothing calls."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.endpoints import SERVICES
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc, interface
from constructs_lib.checks.rule import Found, Rule

_ZONES = ("AWS::Route53::HostedZone", "AWS::Route53Resolver::ResolverRule", "AWS::Route53Profiles::Profile")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    if any(True for _ in pipelines.of_type(*_ZONES)):
        return  # the names may lead to the endpoint by them
    subnets = [pipelines.routes.subnet(value) for each in pipelines.environments for value in each.subnets or ()]
    with_jobs = {vpc.key for subnet in subnets if subnet and (vpc := pipelines.routes.vpc(subnet))}
    for endpoint in pipelines.endpoints.all:
        if endpoint.vpc is None or endpoint.vpc.key not in with_jobs:
            continue
        if endpoint.is_gateway is False and endpoint.has_private_names is False and endpoint.service in SERVICES:
            got = "no PrivateDnsEnabled, which is false"
            if "PrivateDnsEnabled" in endpoint.resource.properties:
                got = "PrivateDnsEnabled false"
            yield Found(endpoint.resource, (), got, f"jobs call {endpoint.service} by its public name")


RULE = Rule(
    id="CHECK309",
    title="the public name of a service leads to its interface endpoint",
    severity="warning",
    otherwise=(
        "The endpoint costs, and nothing goes by it: in subnets without another way out no job starts, in others the "
        "traffic leaves the VPC."
    ),
    fix="Set PrivateDnsEnabled to true, or make a private hosted zone for the name.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html",
    example=Example(in_a_vpc(more=interface("ecr.api", names="<VALUE>")), wrong="false", right="true"),
    look=_look,
)
