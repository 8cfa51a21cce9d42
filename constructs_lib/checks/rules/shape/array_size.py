"""Array jobs of a size that AWS Batch does not take."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import member, number
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_ARRAY_SIZE, MIN_ARRAY_SIZE


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        size = number(member(submit.request.get("ArrayProperties"), "Size"))
        if size is not None and not MIN_ARRAY_SIZE <= size <= MAX_ARRAY_SIZE:
            allowed = f"AWS Batch allows {MIN_ARRAY_SIZE} to {MAX_ARRAY_SIZE:,}"
            yield Found(submit.resource, submit.path, f"an array of {size:,.0f} in {submit.shown}", allowed)


RULE = Rule(
    id="CHECK203",
    title="an array job has 2 to 10,000 children",
    severity="error",
    otherwise=("SubmitJob refuses the job."),
    fix="Submit one job for one item, and several array jobs for more than 10,000.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html",
    example=Example(pipeline(submit="ArrayProperties: {Size: <VALUE>}"), wrong="10001", right="10000"),
    look=_look,
)
