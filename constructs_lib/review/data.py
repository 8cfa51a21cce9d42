"""What a change does to data: what has some and goes, what it is kept by, and what forgets sooner.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
"""

from collections.abc import Iterator
from typing import Any, Final

from constructs_lib.review.changes import StackChange
from constructs_lib.review.findings import Finding, Kind, kinds
from constructs_lib.review.outcomes import may_replace, outcome
from constructs_lib.review.stateful import DATA, fate, is_kept
from constructs_lib.templates.plan import ResourceChange

_LOGS: Final = "AWS::Logs::LogGroup"
_BUCKET: Final = "AWS::S3::Bucket"


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
    old, new = stack.old(change.logical_id), stack.new(change.logical_id)
    if change.resource_type == _LOGS:
        before, after = _days(old.get("RetentionInDays")), _days(new.get("RetentionInDays"))
        if after is not None and (before is None or after < before):
            was = "for ever" if before is None else f"for {_in_days(before)}"
            who = stack.shown(change.logical_id)
            text = f"{who} keeps logs for {_in_days(after)}, no longer {was}: older ones are deleted."
            yield Finding(text, stack.name, change.logical_id, kinds(Kind.LOSE_DATA))
    if change.resource_type == _BUCKET:
        rules = [rule for rule in _expiring(new) if rule not in _expiring(old)]
        if rules:
            text = (
                f"{stack.shown(change.logical_id)} has new rules by which objects expire, also those that are there: "
                f"{len(rules)} of its lifecycle."
            )
            yield Finding(text, stack.name, change.logical_id, kinds(Kind.LOSE_DATA))


def _in_days(number: int) -> str:
    return f"{number} day{'s' * (number != 1)}"


def _days(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() else None


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
