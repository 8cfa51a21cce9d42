"""Names that jobs cannot have."""

import re
from collections.abc import Iterator
from typing import Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_JOB_NAME_CHARACTERS

_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_JOB_NAME_CHARACTERS - 1}}}")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        name = submit.request.get("JobName")
        if isinstance(name, str) and not _NAME.fullmatch(name):
            yield Found(submit.resource, submit.path, f"the name {name!r} in {submit.shown}")


RULE = Rule(
    id="CHECK230",
    title="the name of a job is up to 128 letters, digits, hyphens and underscores, a letter or digit first",
    severity="error",
    otherwise="SubmitJob refuses the job.",
    fix="Write the name without spaces and dots.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitJob.html",
    example=Example(pipeline().replace("JobName: run", "JobName: <VALUE>"), wrong="daily charts", right="daily-charts"),
    look=_look,
)
