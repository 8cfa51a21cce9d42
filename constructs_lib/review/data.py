"""What a change does to data: what has some and goes, what it is kept by, and what forgets sooner.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from constructs_lib.review.changes import Properties, StackChange
from constructs_lib.review.findings import Finding, Kind, kinds
from constructs_lib.review.outcomes import may_replace, outcome
from constructs_lib.review.stateful import DATA, fate, is_kept
from constructs_lib.templates.differences import same
from constructs_lib.templates.plan import ResourceChange

_FOUR_DAYS: Final = 345_600
"""For how many seconds a queue keeps messages, if it does not say."""

Told = Iterator[tuple[str, bool]]


def in_words(stack: StackChange) -> Iterator[Finding]:
    """A sentence for each resource whose data is in question."""
    for change in (change for change in stack.changes if change.resource_type in DATA and change.action != "Add"):
        new = stack.new(change.logical_id)
        if change.action == "Remove" or may_replace(change, new):
            yield _going(stack, change)
            continue
        yield from _policies(stack, change)
        yield from _forgetting(stack, change)


def _going(stack: StackChange, change: ResourceChange) -> Finding:
    old = stack.old(change.logical_id)
    found = outcome(change, stack.new(change.logical_id))
    text = f"{stack.shown(change.logical_id)} ({change.resource_type}) "
    happens = "is deleted" if found == "deleted" else f"{'is' if found == 'replaced' else 'may be'} made anew, empty"
    what = fate(change.resource_type, old, change.policy)
    lost = not is_kept(change.policy) and change.policy != "Snapshot"
    return Finding(
        f"{text}{happens}: {what}.",
        stack.name,
        change.logical_id,
        kinds(Kind.REPLACE_STATEFUL, Kind.LOSE_DATA if lost else None),
    )


def _policies(stack: StackChange, change: ResourceChange) -> Iterator[Finding]:
    for name, when in (("DeletionPolicy", "leaves the stack"), ("UpdateReplacePolicy", "is made anew")):
        item = next((item for item in change.changes if item.path == f"/{name}"), None)
        if item and is_kept(str(item.before)) != is_kept(str(item.after)):
            happens = "kept" if is_kept(str(item.after)) else "deleted"
            yield Finding(
                f"{stack.shown(change.logical_id)} ({change.resource_type}) is {happens} from now "
                f"on when it {when}, with its {DATA[change.resource_type]} (`{name}`).",
                stack.name,
                change.logical_id,
            )


def _forgetting(stack: StackChange, change: ResourceChange) -> Iterator[Finding]:
    tell = _FORGETTING.get(change.resource_type)
    told = tell(stack.old(change.logical_id), stack.new(change.logical_id)) if tell else ()
    for text, is_lost in told:
        yield Finding(
            f"{stack.shown(change.logical_id)} {text}.",
            stack.name,
            change.logical_id,
            kinds(Kind.LOSE_DATA if is_lost else None),
        )


def _logs(old: Properties, new: Properties) -> Told:
    before, after = _number(old.get("RetentionInDays")), _number(new.get("RetentionInDays"))
    if after is not None and (before is None or after < before):
        was = "for ever" if before is None else f"for {_counted(before, 'day')}"
        yield f"keeps logs for {_counted(after, 'day')}, no longer {was}: older ones are deleted", True


def _objects(old: Properties, new: Properties) -> Told:
    rules = [rule for rule in _expiring(new) if rule not in _expiring(old)]
    if rules:
        number = len(rules)
        yield f"has new rules by which objects expire, also those that are there: {number} of its lifecycle", True
    if _is_versioned(old) and not _is_versioned(new):
        yield "keeps no versions any more: what is written over or deleted from now on is gone", False


def _messages(old: Properties, new: Properties) -> Told:
    before, after = (_number(side.get("MessageRetentionPeriod", _FOUR_DAYS)) for side in (old, new))
    if before is not None and after is not None and after < before:
        yield f"keeps messages for {_counted(after, 'second')}, no longer for {before}: older ones are deleted", True


def _images(old: Properties, new: Properties) -> Told:
    if new.get("LifecyclePolicy") and not same(old.get("LifecyclePolicy"), new["LifecyclePolicy"]):
        yield "has another lifecycle policy, by which images expire, also those that are there", True


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' * (number != 1)}"


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() else None


def _is_versioned(properties: Properties) -> bool:
    found = properties.get("VersioningConfiguration")
    return isinstance(found, dict) and found.get("Status") == "Enabled"


def _expiring(properties: Any) -> list[Any]:
    lifecycle = properties.get("LifecycleConfiguration")
    rules = lifecycle.get("Rules") if isinstance(lifecycle, dict) else None
    keys = ("ExpirationInDays", "ExpirationDate", "NoncurrentVersionExpiration", "NoncurrentVersionExpirationInDays")
    return [
        rule
        for rule in (rules if isinstance(rules, list) else ())
        if isinstance(rule, dict)
        and str(rule.get("Status", "Enabled")) == "Enabled"
        and any(key in rule for key in keys)
    ]


_FORGETTING: Final[Mapping[str, Callable[[Properties, Properties], Told]]] = {
    "AWS::ECR::Repository": _images,
    "AWS::Logs::LogGroup": _logs,
    "AWS::S3::Bucket": _objects,
    "AWS::SQS::Queue": _messages,
}
"""By type: what is kept for a shorter time, and whether data that is there is lost by that."""
