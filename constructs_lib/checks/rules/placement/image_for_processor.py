"""Images that are for another processor than the one that they are started on."""

from collections.abc import Iterator

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.submits import Submit
from constructs_lib.checks.obstacles import obstructed
from constructs_lib.checks.rule import Found, Rule


def _look(pipelines: Pipelines) -> Iterator[Found]:
    yield from obstructed(pipelines, "processor", _asked)


def _asked(submit: Submit) -> str:
    found = submit.definition.image_architectures if submit.definition else frozenset()
    return f"an image for {' and '.join(sorted(found))}"


RULE = Rule(
    id="CHECK111",
    title="the image of a job is for the processor that it is started on",
    severity="error",
    otherwise="The container ends at once, with `exec format error`.",
    fix="Build the image for that processor, or take instance types or a RuntimePlatform of the image's.",
    source="https://docs.aws.amazon.com/batch/latest/APIReference/API_RuntimePlatform.html",
    example=Example(pipeline(image="<VALUE>"), wrong="arm64v8/busybox", right="amd64/busybox"),
    look=_look,
)
