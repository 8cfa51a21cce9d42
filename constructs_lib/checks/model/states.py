"""The states of state machines, wherever their definition stands and whatever it is put together from.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.checks.model.resources import Resource
from constructs_lib.templates.unknown import Source, Unknown, joined

_SUBSTITUTION: Final = re.compile(r"\$\{(\w+)\}")
_HOLE: Final = re.compile("\ue000(\\d+)\ue001")
"""Where something unknown stands in a definition while that is read."""


@dataclass(frozen=True, eq=False)
class State:
    """A state of a state machine.

    Args:
        machine: the state machine.
        name: its name.
        body: what the definition says of it.
        is_jsonata: whether its expressions are JSONata; None if that is not known.
        path: the keys that lead to it within the definition.
        definition: the whole definition of the state machine.
        flow: the definition, branch or processor that it is in, with ``StartAt`` and ``States``.
        around: the Map or Parallel state that it is in; None of a state that is in none.
    """

    machine: Resource
    name: str
    body: Mapping[str, Any]
    is_jsonata: bool | None
    path: tuple[str | int, ...]
    definition: Mapping[str, Any]
    flow: Mapping[str, Any]
    around: "State | None" = None

    @cached_property
    def resource(self) -> str:
        """What a task calls, such as ``arn:aws:states:::batch:submitJob.sync``; the partition is always ``aws``."""
        found = self.body.get("Resource")
        text = str(found) if isinstance(found, str | Unknown) else ""
        return re.sub(r"^arn:(?:[a-z-]+|\$\{AWS::Partition\}):states:::", "arn:aws:states:::", text)

    @property
    def given(self) -> Any:
        """The arguments of the call, None if they are not known; in them, what an expression computes is unknown."""
        return self.known("Arguments" if self.is_jsonata else "Parameters")

    @property
    def place(self) -> tuple[str | int, ...]:
        """The keys that lead to it among the properties of the state machine."""
        return (*definition_path(self.machine), *self.path)

    @property
    def all_around(self) -> "Iterator[State]":
        """The Map and Parallel states that it is in, the nearest first."""
        state = self.around
        while state:
            yield state
            state = state.around

    def known(self, field: str) -> Any:
        """What a field of it says, None if that is not known; what an expression computes in it is unknown."""
        return None if self.is_jsonata is None else _known(self.body.get(field), is_jsonata=self.is_jsonata)


def definition_of(machine: Resource) -> dict[str, Any] | None:
    """The definition of a state machine; None if it is not known here, as one in S3 that the app does not put there."""
    written = written_definition(machine)
    return _with_states(parsed(written) if isinstance(written, str | Unknown) else written)


def written_definition(machine: Resource) -> dict[str, Any] | str | Unknown | None:
    """The definition with its substitutions made, as an object or as a text; None if it is not known here."""
    properties = machine.properties
    substitutions = properties.get("DefinitionSubstitutions")
    given = substitutions if isinstance(substitutions, dict) else {}
    if isinstance(definition := properties.get("Definition"), dict):
        return _object(_substituted(definition, given))
    if location := properties.get("DefinitionS3Location"):
        return _object(_substituted(machine.stack.file.uploaded(location), given))
    text = properties.get("DefinitionString")
    if isinstance(text, dict):  # undocumented, and taken
        return _object(_substituted(text, given))
    return joined(_pieces(text, given)) if isinstance(text, str | Unknown) else None


def definition_path(machine: Resource) -> tuple[str | int, ...]:
    """Where the definition stands among the properties."""
    for name in ("Definition", "DefinitionString", "DefinitionS3Location"):
        if name in machine.properties:
            return (name,)
    return ()


def states_of(machine: Resource) -> Iterator[State]:
    """The states of a state machine, those within Map and Parallel states too."""
    if definition := definition_of(machine):
        yield from _walk(machine, definition, definition, ())


def _walk(
    machine: Resource,
    definition: Mapping[str, Any],
    flow: Mapping[str, Any],
    path: tuple[str | int, ...],
    around: State | None = None,
) -> Iterator[State]:
    states, jsonata = flow.get("States"), _jsonata(definition, otherwise=False)
    for name, body in states.items() if isinstance(states, dict) else ():
        if not isinstance(body, dict):
            continue
        here = (*path, "States", name)
        state = State(machine, name, body, _jsonata(body, otherwise=jsonata), here, definition, flow, around)
        yield state
        for key in ("ItemProcessor", "Iterator"):
            if isinstance(inner := body.get(key), dict):
                yield from _walk(machine, definition, inner, (*here, key), state)
        branches = body.get("Branches")
        for index, branch in enumerate(branches if isinstance(branches, list) else ()):
            if isinstance(branch, dict):
                yield from _walk(machine, definition, branch, (*here, "Branches", index), state)


def _jsonata(body: Mapping[str, Any], *, otherwise: bool | None) -> bool | None:
    language = body.get("QueryLanguage")
    if isinstance(language, Unknown):
        return None
    return otherwise if language is None else language == "JSONata"


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _with_states(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) and isinstance(value.get("States"), dict) else None


def _pieces(text: str | Unknown, substitutions: Mapping[str, Any]) -> Iterator[str | Unknown]:
    """A text with its substitutions made."""
    for part in text.parts if isinstance(text, Unknown) else (text,):
        if isinstance(part, Source):
            yield part.value
            continue
        end = 0
        for found in _SUBSTITUTION.finditer(part):
            yield part[end : found.start()]
            end = found.end()
            value = substitutions.get(found[1], found[0])
            yield value if isinstance(value, str | Unknown) else json.dumps(value, default=str)
        yield part[end:]


def _substituted(value: Any, substitutions: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _substituted(item, substitutions) for key, item in value.items()}
    if isinstance(value, list):
        return [_substituted(item, substitutions) for item in value]
    return joined(_pieces(value, substitutions)) if isinstance(value, str) and substitutions else value


def parsed(text: str | Unknown) -> Any:
    """A JSON text as values, of which some may be unknown; None if it is none."""
    holes: list[Source] = []
    written: list[str] = []
    in_string = False
    for part in text.parts if isinstance(text, Unknown) else (text,):
        if isinstance(part, Source):
            hole = f"\ue000{len(holes)}\ue001"
            written.append(hole if in_string else f'"{hole}"')
            holes.append(part)
        else:
            written.append(part)
            if len(re.findall(r'(?<!\\)(?:\\\\)*"', part)) % 2:
                in_string = not in_string
    try:
        parsed = json.loads("".join(written))
    except (ValueError, RecursionError):
        return None
    return _filled(parsed, holes) if holes else parsed


def _filled(value: Any, holes: list[Source]) -> Any:
    if isinstance(value, dict):
        return {str(_filled(key, holes)): _filled(item, holes) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, holes) for item in value]
    if not isinstance(value, str) or "\ue000" not in value:
        return value
    pieces: list[str | Unknown] = []
    end = 0
    for found in _HOLE.finditer(value):
        pieces += [value[end : found.start()], holes[int(found[1])].value]
        end = found.end()
    return joined([*pieces, value[end:]])


def _known(value: Any, *, is_jsonata: bool) -> Any:
    """Arguments of which those that an expression computes are unknown, under the name that they will have."""
    if isinstance(value, dict):
        return {
            key if is_jsonata else str(key).removesuffix(".$"): _computed(key, item, is_jsonata=is_jsonata)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_known(item, is_jsonata=is_jsonata) for item in value]
    if is_jsonata and isinstance(value, str) and value.strip().startswith("{%"):
        return Source("expression").value
    if is_jsonata and isinstance(value, Unknown) and value.prefix.strip().startswith("{%"):
        return Source("expression").value
    return value


def _computed(key: str, item: Any, *, is_jsonata: bool) -> Any:
    if not is_jsonata and str(key).endswith(".$"):
        return Source("expression").value
    return _known(item, is_jsonata=is_jsonata)
