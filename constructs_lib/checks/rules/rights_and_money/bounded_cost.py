"""Environments whose cost nothing bounds."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule

_MANY: Final = 1_000
"""As many vCPUs as cost about 1,000 US dollars a day on demand."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    if any(True for _ in pipelines.of_type("AWS::Budgets::Budget")):
        return
    for environment in pipelines.environments:
        most = environment.max_vcpus
        if environment.kind and most is not None and most >= _MANY:
            path = ("ComputeResources", "MaxvCpus")
            yield Found(environment.resource, path, f"{most:,.0f} and no budget", f"{_MANY:,} vCPUs run up a bill")


RULE = Rule(
    id="CHECK615",
    title="something bounds the cost of a compute environment",
    severity="note",
    otherwise=(
        "AWS Batch starts all that jobs in the queue ask for: 1,000 vCPUs on demand cost about 1,000 US dollars a day, "
        "and a loop that submits jobs costs as much."
    ),
    fix="Set MaxvCpus to what is needed, or make a budget that tells you beforehand.",
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
    example=Example(
        """
Environment:
  Type: AWS::Batch::ComputeEnvironment
  Properties:
    Type: MANAGED
    ComputeResources: {Type: FARGATE, MaxvCpus: <VALUE>, SecurityGroupIds: [sg-1], Subnets: [subnet-1, subnet-2]}
""",
        wrong="10000",
        right="256",
    ),
    look=_look,
)
