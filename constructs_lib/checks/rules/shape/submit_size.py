"""Submits that are larger than AWS Batch takes."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import least_bytes
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_SUBMIT_JOB_REQUEST_BYTES


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        size = least_bytes(submit.request)
        if size > MAX_SUBMIT_JOB_REQUEST_BYTES:
            allowed = f"AWS Batch takes {MAX_SUBMIT_JOB_REQUEST_BYTES:,}"
            yield Found(submit.resource, submit.path, f"{size:,} bytes of JSON in {submit.shown}", allowed)


RULE = Rule(
    id="CHECK214",
    title="a submit has up to 30 KiB",
    severity="error",
    otherwise="SubmitJob refuses the job: `Job size must be less than 30 KiB`.",
    fix="Put what is long to S3, and give the job its address.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html",
    example=Example(
        pipeline(submit="Parameters: {items: <VALUE>}"),
        wrong="x" * MAX_SUBMIT_JOB_REQUEST_BYTES,
        right="s3://bucket/items.json",
    ),
    look=_look,
)
