"""Tags that AWS Batch does not take."""

from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.resources import CONSUMABLE, DEFINITION, ENVIRONMENT, QUEUE, SHARES, Resource
from constructs_lib.checks.model.values import flag, member
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.limits import MAX_TAG_KEY_CHARACTERS, MAX_TAG_VALUE_CHARACTERS, MAX_TAGS

_TAGGED: Final = (ENVIRONMENT, QUEUE, DEFINITION, SHARES, CONSUMABLE)
_OF_INSTANCES: Final = ("ComputeResources", "Tags")


def _look(pipelines: Pipelines) -> Iterator[Found]:
    places: list[tuple[Resource, tuple[str | int, ...], Any, str]] = [
        *((each, ("Tags",), each.properties.get("Tags"), each.shown) for each in pipelines.of_type(*_TAGGED)),
        *(
            (each, _OF_INSTANCES, member(each.properties, *_OF_INSTANCES), each.shown)
            for each in pipelines.of_type(ENVIRONMENT)
        ),
        *((each.resource, each.path, each.request.get("Tags"), each.shown) for each in pipelines.submits),
    ]
    for resource, path, tags, shown in places:
        for got, allowed in _wrong(tags) if isinstance(tags, dict) else ():
            yield Found(resource, path, f"{got} of {shown}", allowed)
    yield from _propagated(pipelines)


def _wrong(tags: dict[str, Any]) -> Iterator[tuple[str, str]]:
    own = [key for key in tags if not key.lower().startswith("aws:")]
    if len(own) > MAX_TAGS:
        yield f"{len(own)} tags", f"AWS allows {MAX_TAGS}"
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            yield f"the tag {key}", "the prefix aws: is kept for AWS"
        if not 1 <= len(key) <= MAX_TAG_KEY_CHARACTERS:
            yield f"a tag with a key of {len(key)} characters", f"AWS allows 1 to {MAX_TAG_KEY_CHARACTERS}"
        if isinstance(value, str) and len(value) > MAX_TAG_VALUE_CHARACTERS:
            yield f"the tag {key} of {len(value)} characters", f"AWS allows {MAX_TAG_VALUE_CHARACTERS}"


def _propagated(pipelines: Pipelines) -> Iterator[Found]:
    """Jobs that hand the tags of their definition on, too: they fail with more than 50 of both."""
    for submit in pipelines.submits:
        if submit.definition is None:
            continue
        tags = [values.get("Tags") or {} for values in (submit.definition.properties, submit.request)]
        is_handed_on = submit.request.get("PropagateTags", submit.definition.properties.get("PropagateTags"))
        if not flag(is_handed_on) or not all(isinstance(each, dict) for each in tags):
            continue
        count = len({*tags[0], *tags[1]})
        if count > MAX_TAGS >= max(map(len, tags)):
            got = f"{count} propagated tags of {submit.shown} and {submit.definition.shown} together"
            yield Found(submit.resource, submit.path, got, f"AWS Batch takes {MAX_TAGS}, or the job fails")


RULE = Rule(
    id="CHECK220",
    title="a resource has up to 50 tags, and none of AWS",
    severity="error",
    otherwise="The resource is not made, and SubmitJob refuses the job; propagated tags make it fail.",
    fix="Take tags away, and name them without the prefix aws:.",
    source="https://docs.aws.amazon.com/batch/latest/userguide/tag-restrictions.html",
    example=Example(pipeline(submit="Tags: <VALUE>"), wrong="{'aws:project': charts}", right="{project: charts}"),
    look=_look,
)
