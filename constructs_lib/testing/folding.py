"""State machines for a reviewer: users' states as they are, and of this library's what was asked for in their place.

The states that a fan-out or a watch has made are tested by the library; what a user decides are its options, which it
leaves in its definition with a fingerprint of the states. States that are not as they were made are shown one by one,
as those of any other state machine.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from constructs_lib.core.protocol import READ_ITEMS, fan_out_of, state_name
from constructs_lib.graph.definitions import readable_definition, text_of
from constructs_lib.marks import REFERENCE, Mark, fingerprint, without_mark

_NOTED: Final = re.compile(f"{REFERENCE}([0-9]+);")
_PSEUDO: Final = "${AWS::"
_FIRST: Final = state_name("", READ_ITEMS)

States = dict[str, Any]


def folded_definition(definition: Any) -> Any:
    """The definition as JSON values, with each fan-out as one entry; as it was if it is no JSON.

    Args:
        definition: the ``DefinitionString`` of a template.
    """
    references = _References()
    text = text_of(definition, escape=references.note)
    try:
        parsed = json.loads(text or "")
    except ValueError:
        return readable_definition(definition)
    return references.named(_folded(parsed, references))


class _References:
    """The references of a definition by number: their texts would be JSON in JSON in the options of a mark."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def note(self, reference: str) -> str:
        """What stands in the definition in place of a reference."""
        return f"{REFERENCE}{self._numbers.setdefault(reference, len(self._numbers))};"

    def named(self, value: Any) -> Any:
        """A part of the definition with the references themselves."""
        names = list(self._numbers)
        return _changed(value, lambda text: _NOTED.sub(lambda match: names[int(match[1])], text))

    def beside(self, states: States, options: Mapping[str, Any]) -> list[str]:
        """What states refer to and options do not name, such as a bucket that the fan-out has made."""
        found, named = (set(_NOTED.findall(json.dumps(part, ensure_ascii=False))) for part in (states, options))
        names: list[str] = self.named([f"{REFERENCE}{number};" for number in found - named])
        return sorted(name for name in names if not name.startswith(_PSEUDO))


def _folded(value: Any, references: _References) -> Any:
    """A part of a definition, with the fan-outs in each machine that it is or has in it folded."""
    if isinstance(value, list):
        return [_folded(item, references) for item in value]
    if not isinstance(value, Mapping):
        return value
    changed = {key: _folded(item, references) for key, item in value.items()}
    if isinstance(changed.get("StartAt"), str) and isinstance(changed.get("States"), dict):
        if mark := Mark.read(changed.get("Comment")):
            _fold_machine(changed, mark, references)
        for start, mark in _marks(changed["States"]):
            _fold(changed, start, mark, references)
    return changed


def _fold_machine(machine: dict[str, Any], mark: Mark, references: _References) -> None:
    if fingerprint(_without_references(machine["States"])) == mark.fingerprint:
        machine["States"] = {machine["StartAt"]: {**_entry(machine["States"], mark, references), "End": True}}
        machine["Comment"] = without_mark(machine["Comment"])


def _marks(states: States) -> list[tuple[str, Mark]]:
    comments = {name: state.get("Comment") for name, state in states.items() if isinstance(state, dict)}
    found = ((name, Mark.read(comment)) for name, comment in comments.items() if name.endswith(_FIRST))
    return [(name, mark) for name, mark in found if mark]


def _fold(machine: dict[str, Any], start: str, mark: Mark, references: _References) -> None:
    states: States = machine["States"]
    fan_out, _ = fan_out_of(start)
    prefix = state_name(fan_out, "")
    own = {name: state for name, state in states.items() if name.startswith(prefix)}
    others = {name: state for name, state in states.items() if name not in own}
    if fingerprint(_without_references(own)) != mark.fingerprint:
        return
    if {target for state in others.values() for target in _targets(state)} & (own.keys() - {start}):
        return
    name = start if fan_out in others else fan_out
    entry = _entry(own, mark, references)
    after = {target for state in own.values() for target in _targets(state)} - own.keys()
    leave = {"Next": min(after)} if after else {"End": True}
    machine["States"] = _redirected(others, start, name) | {name: entry | leave}
    machine["StartAt"] = name if machine["StartAt"] == start else machine["StartAt"]


def _entry(states: States, mark: Mark, references: _References) -> dict[str, Any]:
    beside = references.beside(states, mark.options)
    return {
        "Construct": f"{mark.kind} of constructs-lib {mark.version}",
        "Options": mark.options,
        **({"References": beside} if beside else {}),
        "Fingerprint": f"{mark.fingerprint} of {_count(states)} states",
    }


def _targets(state: Any) -> Iterator[str]:
    """The states that a state of this machine leads to; what is inside of it leads to others inside."""
    if isinstance(state, Mapping):
        for key, item in state.items():
            if key in ("Next", "Default") and isinstance(item, str):
                yield item
            elif key in ("Choices", "Catch") and isinstance(item, list):
                for rule in item:
                    yield from _targets(rule)


def _redirected(states: States, start: str, name: str) -> States:
    return {other: _renamed_targets(state, start, name) for other, state in states.items()}


def _renamed_targets(state: Any, start: str, name: str) -> Any:
    if not isinstance(state, Mapping):
        return state
    changed = dict(state)
    for key in ("Next", "Default"):
        if changed.get(key) == start:
            changed[key] = name
    for key in ("Choices", "Catch"):
        if isinstance(changed.get(key), list):
            changed[key] = [_renamed_targets(rule, start, name) for rule in changed[key]]
    return changed


def _count(states: States) -> int:
    """States, with those inside of others."""
    inner = [machine for state in states.values() for machine in _machines(state)]
    return len(states) + sum(_count(machine["States"]) for machine in inner)


def _machines(state: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from state.get("Branches", [])
    yield from filter(None, [state.get("ItemProcessor"), state.get("Iterator")])


def _without_references(value: Any) -> Any:
    return _changed(value, lambda text: _NOTED.sub(REFERENCE, text))


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(key): _changed(item, change) for key, item in value.items()}
    return [_changed(item, change) for item in value] if isinstance(value, list) else value
