"""Job definitions that are larger than AWS Batch takes."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.values import least_bytes
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_JOB_DEFINITION_BYTES


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for definition in pipelines.definitions:
        size = least_bytes(definition.properties)
        if size > MAX_JOB_DEFINITION_BYTES:
            allowed = f"AWS Batch takes {MAX_JOB_DEFINITION_BYTES:,}"
            yield Found(definition.resource, (), f"{size:,} bytes of JSON", allowed)


RULE = Rule(
    id="CHECK213",
    title="a job definition has up to 24 KiB",
    severity="error",
    otherwise="RegisterJobDefinition refuses the definition.",
    fix="Put scripts and configuration into the image, or to S3.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/service_limits.html",
    example=Example(
        pipeline(container="Command: [sh, -c, <VALUE>]"), wrong="x" * MAX_JOB_DEFINITION_BYTES, right="./script.sh"
    ),
    look=_look,
)
