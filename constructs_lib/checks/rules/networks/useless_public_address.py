"""Public addresses in subnets that lead to no internet gateway."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for run in pipelines.runs:
        ways = pipelines.routes.ways(run.environment.subnets)
        if run.environment.kind == "FARGATE" and run.definition.has_public_address and ways and "gateway" not in ways:
            containers = run.definition.containers
            path = containers[0].path if len(containers) == 1 else ()
            got = f"AssignPublicIp ENABLED in {run.environment.shown}"
            yield Found(run.definition.resource, path, got, "none of its subnets leads to an internet gateway")


RULE = Rule(
    id="CHECK306",
    title="a task has a public address only in subnets that lead to an internet gateway",
    severity="warning",
    otherwise="The address is no way out, and costs 0.005 US dollars for each hour of each task.",
    fix="Set AssignPublicIp to DISABLED, or name public subnets.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types",
    example=Example(in_a_vpc(route="NatGatewayId: nat-1", address="<VALUE>"), wrong="ENABLED", right="DISABLED"),
    look=_look,
)
