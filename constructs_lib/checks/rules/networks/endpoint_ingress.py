"""Endpoints whose security group keeps jobs out."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.runs import Run
from constructs_lib.checks.model.starting import services_needed
from constructs_lib.checks.networked_example import in_a_vpc, interface
from constructs_lib.checks.rule import Found, Rule

_HTTPS = 443


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for run in pipelines.runs:
        yield from _closed(pipelines, run)


def _closed(pipelines: Pipelines, run: Run) -> Iterator[Found]:
    clients, groups = run.environment.security_groups, pipelines.security_groups
    for service in services_needed(run.definition, pipelines.model):
        for subnet in run.environment.subnets or ():
            used = [endpoint for endpoint in pipelines.endpoints.used(subnet, service) if not endpoint.is_gateway]
            if used and not any(groups.let_in(endpoint.security_groups, _HTTPS, clients) for endpoint in used):
                shown = ", ".join(group.shown for group in groups.known(used[0].security_groups) or ())
                got = f"{shown}, which lets nothing in to port 443 from the security groups of {run.environment.shown}"
                yield Found(used[0].resource, ("SecurityGroupIds",), got, f"{run.definition.shown} needs it to start")


RULE = Rule(
    id="CHECK311",
    title="the security group of an endpoint lets HTTPS in from jobs",
    severity="error",
    otherwise="Each job ends with `ResourceInitializationError`, after minutes of waiting for an answer.",
    fix="Let in TCP to port 443, from the security groups of the environment or from the addresses of the VPC.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    example=Example(
        in_a_vpc(
            more=interface("ecr.api", group="Doors")
            + """
Doors:
  Type: AWS::EC2::SecurityGroup
  Properties:
    GroupDescription: Endpoints
    VpcId: !Ref Vpc
    SecurityGroupIngress: [{IpProtocol: tcp, FromPort: <VALUE>, ToPort: 443, CidrIp: 10.0.0.0/16}]
"""
        ),
        wrong="444",
        right="443",
    ),
    look=_look,
)
