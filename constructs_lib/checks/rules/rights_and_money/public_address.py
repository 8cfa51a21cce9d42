"""Tasks with an address of the internet."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.networked_example import in_a_vpc
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        if definition.is_fargate and definition.has_public_address:
            path = definition.containers[0].path if len(definition.containers) == 1 else ()
            allowed = "private subnets with a NAT gateway or endpoints need none"
            yield Found(definition.resource, path, "AssignPublicIp ENABLED", allowed)


RULE = Rule(
    id="CHECK613",
    title="a task has no public address",
    severity="note",
    otherwise=(
        "It costs 0.005 US dollars for each hour of each task, and only the security group keeps the internet out."
    ),
    fix="Run jobs in private subnets; with few of them the address is cheaper, and may be meant.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    example=Example(in_a_vpc(route="NatGatewayId: nat-1", address="<VALUE>"), wrong="ENABLED", right="DISABLED"),
    look=_look,
)
