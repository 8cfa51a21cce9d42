"""Per resource: created, updated in place, replaced or deleted, by which property and by what rule.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.review.changes import StackChange
from constructs_lib.review.findings import Finding, Kind, code, kinds, listed
from constructs_lib.review.outcomes import ENVIRONMENT, Outcome, outcome
from constructs_lib.review.stateful import DATA
from constructs_lib.templates.differences import ABSENT, PropertyChange, same
from constructs_lib.templates.plan import ResourceChange
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Unknown

_LONGEST: Final = 80


def in_words(stack: StackChange) -> Iterator[Finding]:
    """A sentence for each resource that something happens to."""
    if stack.after.stack is None:
        text = "It is no longer in the app: a deployment leaves it as it is until somebody deletes it."
        yield Finding(text, stack.name)
    elif not stack.after.resources and stack.changes:
        yield Finding("It has no resources any more: the CDK deletes the stack.", stack.name)
    if stack.refusal:
        yield Finding(f"CloudFormation refuses the change: {stack.refusal}", stack.name, kinds=kinds(Kind.FAIL))
    created: dict[str, list[str]] = {}
    for change in stack.changes:
        if change.action == "Add":
            created.setdefault(change.resource_type, []).append(stack.shown(change.logical_id))
        else:
            yield _finding(stack, change)
    for resource_type, names in created.items():
        yield Finding(f"**created** {resource_type}: {listed(names)}", stack.name)


def _finding(stack: StackChange, change: ResourceChange) -> Finding:
    found = outcome(change, stack.new(change.logical_id))
    made_anew = found in ("replaced", "may be replaced")
    stateful = change.resource_type in DATA and (made_anew or found == "deleted")
    who = f"{stack.shown(change.logical_id)} ({change.resource_type})"
    word = f"**{found}**" if found != "updated" else "updated in place"
    why = _why_anew(stack, change, found) if made_anew else _changed(change)
    text = f"{word} {who}{f': {why}' if why else ''}"
    warned = kinds(Kind.REPLACE if made_anew else None, Kind.REPLACE_STATEFUL if stateful else None)
    return Finding(text, stack.name, change.logical_id, warned)


def _why_anew(stack: StackChange, change: ResourceChange, found: Outcome) -> str:
    deciding = [item for item in change.changes if item.requires != "Never"]
    reasons = [f"{code(_path(item))} {_values(item)}{_because(stack, change, item)}" for item in deciding]
    rule = "a change of it makes another resource" if found == "replaced" else "a change of it may make another one"
    if change.resource_type == ENVIRONMENT and all(item.requires == "Conditionally" for item in deciding):
        rule = "a change of it makes another environment, because `ReplaceComputeEnvironment` is true"
    return f"{listed(reasons, 4)} ({rule})"


def _because(stack: StackChange, change: ResourceChange, item: PropertyChange) -> str:
    sources = {
        cause.source.partition(".")[0]
        for cause in change.causes
        if cause.path == item.path and cause.reason in ("ResourceReference", "ResourceAttribute")
    }
    named = [stack.shown(name) for name in sorted(sources) if stack.plan and name in stack.plan]
    return f", because {listed(named)} changes" if named else ""


def _changed(change: ResourceChange) -> str:
    few = 3
    shown = [
        f"{code(_path(item))} {_values(item)}" if len(change.changes) <= few else code(_path(item))
        for item in change.changes
    ]
    return listed(dict.fromkeys(shown))


def _path(change: PropertyChange) -> str:
    return change.path.removeprefix("/Properties/").removeprefix("/").replace("/", ".")


def _values(change: PropertyChange) -> str:
    before, after = change.before, change.after
    if before is ABSENT:
        return f"is new{f', {_short(after)}' if _is_short(after) else ''}"
    if after is ABSENT:
        return f"goes{f', it was {_short(before)}' if _is_short(before) else ''}"
    if isinstance(after, Unknown) and len(after.parts) == 1 and str(after).replace(" (new)", "") == str(before):
        return "is that of a new resource"
    if _is_short(before) and _is_short(after) and not same(text_of_any(before), text_of_any(after)):
        return f"from {_short(before)} to {_short(after)}"
    return "changes"


def text_of_any(value: Any) -> str:
    """The text of a scalar or of what is not known."""
    return str(value) if isinstance(value, Unknown) else text_of(value)


def _is_short(value: Any) -> bool:
    return (is_scalar(value) or isinstance(value, Unknown)) and len(text_of_any(value)) <= _LONGEST


def _short(value: Any) -> str:
    return code(text_of_any(value) or '""')
