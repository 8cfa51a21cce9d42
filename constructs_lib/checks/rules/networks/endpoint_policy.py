"""Endpoints whose policy lets no image and no log through."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.runs import Run
from constructs_lib.checks.model.starting import services_needed
from constructs_lib.checks.networked_example import in_a_vpc, interface
from constructs_lib.checks.rule import Found, Rule

_CALLS: Final = {
    "ecr.api": ("ecr:GetAuthorizationToken", "*"),
    "ecr.dkr": ("ecr:BatchGetImage", "*"),
    "s3": ("s3:GetObject", "arn:aws:s3:::prod-*-starport-layer-bucket/*"),
    "logs": ("logs:CreateLogStream", "*"),
    "secretsmanager": ("secretsmanager:GetSecretValue", "*"),
    "ssm": ("ssm:GetParameters", "*"),
}
"""What is called before a program starts; the layers of images are in a bucket that Amazon ECR has in each region."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for run in pipelines.runs:
        yield from _closed(pipelines, run)


def _closed(pipelines: Pipelines, run: Run) -> Iterator[Found]:
    for service in services_needed(run.definition, pipelines.model):
        action, resource = _CALLS[service]
        for subnet in run.environment.subnets or ():
            used = pipelines.endpoints.used(subnet, service)
            if used and not any(endpoint.lets_through(action, resource) for endpoint in used):
                on = "" if resource == "*" else f" on {resource}"
                allowed = f"{run.definition.shown} in {run.environment.shown} needs it to start"
                yield Found(used[0].resource, ("PolicyDocument",), f"a policy without {action}{on}", allowed)


RULE = Rule(
    id="CHECK305",
    title="the policy of an endpoint lets jobs pull their image and write their log",
    severity="error",
    otherwise=(
        "Calls go by the endpoint also where there is another way: each job ends with `CannotPullContainerError` or "
        "`ResourceInitializationError`."
    ),
    fix="Allow it in PolicyDocument, or leave that out: roles say what jobs may do.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    example=Example(
        in_a_vpc(
            more=interface("ecr.api").rstrip()
            + "\n    PolicyDocument: "
            + "{Statement: [{Effect: Allow, Principal: '*', Action: <VALUE>, Resource: '*'}]}"
        ),
        wrong="ecr:DescribeImages",
        right="'ecr:*'",
    ),
    look=_look,
)
