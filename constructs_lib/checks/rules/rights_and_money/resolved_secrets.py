"""Secrets that CloudFormation writes into variables."""

from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import Resource
from constructs_lib.checks.model.variables import variables_of
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Source, Unknown

_RESOLVED: Final = ("{{resolve:secretsmanager:", "{{resolve:ssm-secure:")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for variable in variables_of(pipelines):
        if how := _secret(variable.value, variable.resource):
            allowed = "what it comes to is a plain variable of the definition"
            yield Found(variable.resource, variable.path, f"{how} in {variable.name}", allowed)


def _secret(value: object, resource: Resource) -> str | None:
    if any(reference in str(value) for reference in _RESOLVED):
        return "a dynamic reference to a secret"
    declared = resource.stack.template.get("Parameters") or {}
    for part in value.parts if isinstance(value, Unknown) else ():
        parameter = declared.get(part.text) if isinstance(part, Source) else None
        if isinstance(parameter, dict) and str(parameter.get("NoEcho")).lower() == "true":
            return "a parameter with NoEcho"
    return None


RULE = Rule(
    id="CHECK616",
    title="a secret is read by the job, and not by the deployment",
    severity="warning",
    otherwise=(
        "CloudFormation reads it and writes it into the definition, where DescribeJobDefinitions and DescribeJobs show "
        "it; a secret that is rotated goes on as it was."
    ),
    fix="Name the ARN of the secret in Secrets of the container.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/specifying-sensitive-data.html",
    example=Example(
        pipeline(container="Environment: [{Name: DB, Value: <VALUE>}]"),
        wrong="'{{resolve:secretsmanager:charts:SecretString:password}}'",
        right="'{{resolve:ssm:/charts/database:1}}'",
    ),
    look=_look,
)
