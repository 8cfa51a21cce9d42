"""Submits of a revision that the stack replaces."""

import re
from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import text
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        value = text(submit.request.get("JobDefinition")) or ""
        if submit.definition and re.search(r":\d+$", value):
            got = f"{value.rpartition('/')[2]} in {submit.shown}"
            yield Found(submit.resource, submit.path, got, f"{submit.definition.shown} replaces its revisions")


RULE = Rule(
    id="CHECK210",
    title="a submit refers to a definition of the stack by its reference, not by a revision",
    severity="warning",
    otherwise=(
        "A change of the definition makes a new revision, and deregisters the old one: the submit goes on "
        "asking for a revision that is INACTIVE, and is refused."
    ),
    fix="Refer to the definition by Ref, or by its name without a revision.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html",
    example=Example(
        pipeline(job="JobDefinitionName: charts").replace("JobDefinition: !Ref Job", "JobDefinition: <VALUE>"),
        wrong="charts:3",
        right="charts",
    ),
    look=_look,
)
