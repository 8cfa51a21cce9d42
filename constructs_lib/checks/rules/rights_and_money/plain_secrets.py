"""Secrets that everybody can read."""

import re
from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import text
from constructs_lib.checks.model.variables import variables_of
from constructs_lib.checks.rule import Found, Rule

_SECRET = re.compile(
    r"(PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_KEY|ACCESS_KEY|AUTH_TOKEN|ACCESS_TOKEN)$", re.IGNORECASE
)
_REFERENCE = re.compile(r"arn:|s3://|https?://|\{\{resolve:|/")
"""What begins like this says where a secret is, and is none."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for place in variables_of(pipelines):
        name, value = text(place.name) or "", text(place.value)
        if value and _SECRET.search(name) and not _REFERENCE.match(value):
            yield Found(place.resource, place.path, f"the value of {name} as a text", "Secrets keep it hidden")


RULE = Rule(
    id="CHECK604",
    title="a secret is no plain variable",
    severity="warning",
    otherwise=("Variables are shown by DescribeJobDefinitions and DescribeJobs, in the console and in the template."),
    fix="Put it into Secrets Manager or Systems Manager, and name it in Secrets of the container.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/specifying-sensitive-data.html",
    example=Example(
        pipeline(container="Environment: [{Name: DB_PASSWORD, Value: <VALUE>}]"), wrong="hunter2", right="''"
    ),
    look=_look,
)
