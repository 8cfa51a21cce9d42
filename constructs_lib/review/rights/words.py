"""Who may do more, and who less: for each of those who have rights one sentence, and one for what goes.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from constructs_lib.review.changes import StackChange
from constructs_lib.review.findings import Finding, Kind, code, kinds, listed
from constructs_lib.review.rights import acting
from constructs_lib.review.rights.comparison import is_certain, lifted, wider
from constructs_lib.review.rights.holders import Holder, holders
from constructs_lib.review.rights.statements import EVERYBODY, Condition, Statement

_TRUSTED = "`sts:"
_FEW: Final = 4
_COMPARED: Final = ("String", "Arn", "Bool", "Numeric", "IpAddress", "Date")
_UNREADABLE = "is another one, and what it allows is known to the deployment alone: it may be wider"


def in_words(stack: StackChange) -> Iterator[Finding]:
    """What changes of the rights of a stack."""
    before, after = holders(stack.before), holders(stack.after)
    if not stack.after.stack:
        return
    for key, new in after.items():
        if new.is_limit and key not in before:
            continue  # it gives nothing to anybody who has no rights of his own
        yield from _of(stack, before.get(key) or Holder(*key), new)
    for key, old in before.items():
        is_there = old.name in stack.after.resources or old.name not in stack.before.resources
        if key not in after and is_there:  # what it was of is still there, or is of another stack
            yield from _of(stack, old, Holder(*key))
    yield from acting.in_words(stack, before, after)


def _of(stack: StackChange, old: Holder, new: Holder) -> Iterator[Finding]:
    is_written_otherwise = old.documents != new.documents
    who = f"{new.kind} {stack.shown(new.name)}"
    if is_written_otherwise:
        yield from _policies(stack, who, old, new)
    for text, is_wider in _beside(old, new):
        yield _finding(stack, new, f"{who} {text}.", Kind.WIDEN if is_wider else None)


def _policies(stack: StackChange, who: str, old: Holder, new: Holder) -> Iterator[Finding]:
    before, after = old.statements(), new.statements()
    if before is None or after is None:
        yield _finding(stack, new, f"{who} {_UNREADABLE}.", Kind.WIDEN)
        return
    more, less, gone = wider(before, after), wider(after, before), lifted(before, after)
    allowed = [item for item in before if item.allows]
    own = [item for item in more if not any(one.covers(item) for one in allowed)]
    certain = [item for item in own if is_certain(item, before, after)]
    possible = [item for item in own if item not in certain]
    public = Kind.PUBLIC if not new.is_limit and any(_is_for_everybody(item) for item in own) else None
    may = "may" if all(item.principal is None for item in (*before, *after)) else "lets"
    if certain:
        yield _finding(stack, new, f"{who} {may} now {_told(certain)}.", Kind.WIDEN, public)
    if possible:
        yield _finding(stack, new, f"{who} may be wider: {_told(possible)}.", Kind.WIDEN, public)
    if gone:
        yield _finding(
            stack, new, f"{who} no longer denies all of what it did, may be wider: {_told(gone)}.", Kind.WIDEN
        )
    narrower = [item for item in less if item.allows]
    if narrower:
        yield _finding(stack, new, f"{who} no longer {may} all of: {_told(narrower)}.")
    if old.documents and not (own or gone or narrower):
        yield _finding(stack, new, f"{who} is written otherwise, and allows no more than before.")


def _beside(old: Holder, new: Holder) -> Iterator[tuple[str, bool]]:
    """What else somebody has: managed policies of others, and a boundary; whether that is wider."""
    if more := sorted(new.attached - old.attached):
        yield f"has {listed(map(code, more))} now, may be wider", True
    if less := sorted(old.attached - new.attached):
        yield f"no longer has {listed(map(code, less))}", False
    if old.boundary and old.boundary != new.boundary:
        now = (
            f"has the permissions boundary {code(new.boundary)} now" if new.boundary else "has no permissions boundary"
        )
        yield f"{now}, no longer {code(old.boundary)}, may be wider", True
    elif new.boundary and old.documents and not old.boundary:
        yield f"has the permissions boundary {code(new.boundary)} now", False


def _finding(stack: StackChange, holder: Holder, text: str, *found: Kind | None) -> Finding:
    name = holder.name if holder.name in stack.after.resources else ""
    return Finding(text, stack.name, name, kinds(*found))


def _is_for_everybody(item: Statement) -> bool:
    return item.principal == ("AWS", EVERYBODY) and not item.conditions


def _told(items: Sequence[Statement]) -> str:
    """What statements are about: those together that differ in their actions alone, then in their resources alone."""
    if any(item.principal == ("AWS", EVERYBODY) for item in items):  # the services are among them
        items = [item for item in items if item.principal != ("Service", EVERYBODY)]
    by_resource = _grouped(items, lambda item: (item.principal, _resources(item), item.conditions))
    by_actions: dict[object, list[list[Statement]]] = {}
    for group in by_resource:
        by_actions.setdefault((group[0].principal, _actions(group), group[0].conditions), []).append(group)
    return listed((_group(groups) for groups in by_actions.values()), 6)


def _grouped(items: Iterable[Statement], key: Callable[[Statement], object]) -> list[list[Statement]]:
    groups: dict[object, list[Statement]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return [*groups.values()]


def _actions(items: Sequence[Statement]) -> tuple[str, ...]:
    texts = (text for item in items for text in _texts(item.actions.texts, all_but=item.actions.excluded))
    return tuple(dict.fromkeys(texts))


def _resources(item: Statement) -> tuple[str, ...]:
    return tuple(_texts(item.resources.texts, all_but=item.resources.excluded))


def _group(groups: Sequence[Sequence[Statement]]) -> str:
    first, actions = groups[0][0], _actions(groups[0])
    who = f"{_principal(first.principal)} " if first.principal else ""
    on = listed(dict.fromkeys(text for group in groups for text in _resources(group[0])), 4)
    if all(action.lower().startswith(_TRUSTED) for action in actions):  # the resource is the role itself
        on = ""
    under = f" if {listed(sorted(map(_condition, first.conditions)))}" if first.conditions else ""
    return f"{who and f'{who}do '}{listed(actions)}{f' on {on}' if on else ''}{under}"


def _condition(item: Condition) -> str:
    """A condition in words; of an operator that is more than a comparison, by its name."""
    key, *values = item.written
    name = item.operator.removesuffix("IfExists")
    plain = name.partition("Not")[0].removesuffix("Equals").removesuffix("Like") in _COMPARED
    word = ("is not" if "Not" in name else "is") if plain else code(item.operator)
    there = ", if it is there," if plain and name != item.operator else ""
    return f"{code(key)}{there} {word} {_either(values)}"


def _either(values: Sequence[str]) -> str:
    """One of some values; of many the first ones."""
    shown = [code(value) for value in values[:_FEW]]
    more = [f"{len(values) - _FEW} more"] if len(values) > _FEW else []
    *others, last = [*shown, *more] or ["nothing"]
    return f"{', '.join(others)} or {last}" if others else last


def _principal(principal: tuple[str, str]) -> str:
    kind, name = principal
    if name == EVERYBODY:
        return "everybody" if kind == "AWS" else f"every {kind}"
    return f"all but {code(name)}" if kind == "not" else code(name)


def _texts(texts: Iterable[str], *, all_but: bool) -> list[str]:
    return [f"all but {listed(map(code, texts))}"] if all_but else [code(text) for text in texts]
