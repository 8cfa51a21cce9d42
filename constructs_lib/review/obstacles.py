"""What makes a deployment fail, or makes something anew that only has another name: physical names, logical ids.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
"""

from collections.abc import Iterator

from constructs_lib.review.changes import Properties, StackChange
from constructs_lib.review.findings import Finding, Kind, code, kinds
from constructs_lib.review.outcomes import may_replace, outcome, unchanged_name
from constructs_lib.review.resources import text_of_any
from constructs_lib.review.stateful import DATA
from constructs_lib.templates.differences import same
from constructs_lib.templates.plan import ResourceChange
from constructs_lib.templates.schemas import schema
from constructs_lib.templates.unknown import resources_in


def in_words(stack: StackChange) -> Iterator[Finding]:
    """The names that are in the way, and the logical ids that moved."""
    for change in stack.changes:
        old, new = stack.old(change.logical_id), stack.new(change.logical_id)
        name = unchanged_name(change, old, new) if may_replace(change, new) else None
        if name:
            certainly = outcome(change, new) == "replaced"
            yield Finding(
                f"The deployment {'fails' if certainly else 'fails if it is made anew'}: "
                f"{stack.shown(change.logical_id)} would be made anew while the old one still has its name, "
                f"{code(name)} {code(text_of_any(new[name]))}. Change the name, or leave it out.",
                stack.name,
                change.logical_id,
                kinds(Kind.FAIL),
            )
    yield from _moved(stack)


def _moved(stack: StackChange) -> Iterator[Finding]:
    """Those that go and come again by another logical id."""
    coming = [change for change in stack.changes if change.action == "Add"]
    for gone in (change for change in stack.changes if change.action == "Remove"):
        again = next((one for one in coming if _is_same(stack, gone, one)), None)
        if not again or not (gone.resource_type in DATA or _name(stack, again)):
            continue
        coming.remove(again)
        yield _finding(stack, gone, again)


def _finding(stack: StackChange, gone: ResourceChange, again: ResourceChange) -> Finding:
    old, new = code(gone.logical_id), code(again.logical_id)
    text = f"The logical id {old} became {new}: CloudFormation takes it for another {gone.resource_type}"
    is_stateful = gone.resource_type in DATA
    if is_stateful:
        text += f", makes an empty one, and lets go of the one with the {DATA[gone.resource_type]}"
    name = _name(stack, again)
    if name:
        text += f"; that fails, because the old one still has the name {code(name)}"
    return Finding(
        f"{text}. Keep the id with `override_logical_id`, or move it by a stack refactor.",
        stack.name,
        again.logical_id,
        kinds(Kind.REPLACE_STATEFUL if is_stateful else None, Kind.FAIL if name else None),
    )


def _is_same(stack: StackChange, gone: ResourceChange, again: ResourceChange) -> bool:
    if gone.resource_type != again.resource_type:
        return False
    old, new = stack.old(gone.logical_id), stack.new(again.logical_id)
    return same(_own(old), _own(new))


def _own(properties: Properties) -> dict[str, object]:
    """What a resource says of itself: what refers to others may have other ids now."""
    return {name: value for name, value in properties.items() if not resources_in(value) and name != "Tags"}


def _name(stack: StackChange, change: ResourceChange) -> str | None:
    """The physical name that a template gives, if it is known."""
    found = schema(change.resource_type)
    name = found.name_property if found else None
    value = stack.new(change.logical_id).get(name) if name else None
    return value if isinstance(value, str) else None
