"""A template as a text in which each changed line can be read with its resource.

It is laid out as YAML is, in blocks: one for each resource, for each state of a state machine, and for each entry of
the other sections. The header of a block begins with the construct path and is the only line that is not indented: Git
repeats such lines in the headers of its hunks.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from constructs_lib.testing.normalization import STATE_MACHINE
from constructs_lib.testing.references import short_form

_INDENT: Final = "  "
_LINE: Final = 120
# What would be read as something else than a text: as a number, the name of an entry, a list, a reference.
_UNCLEAR: Final = re.compile(
    r"""^(-?([0-9.]+(e[-+]?[0-9]+)?|Infinity|NaN)|true|false|null|\{\}|\[\]|-)$|^(- |[!|>"#])|: |:$| #"""
)
_EXPRESSION: Final = re.compile(r"\{%.*%\}")
_BREAK: Final = re.compile(r"(?<! ) (?! |(?:data )?hash>)")  # a single space, but none of a mask
_BELOW: Final = "(each in a block below)"


def laid_out(template: Mapping[str, Any], paths: Mapping[str, str]) -> str:
    """The text of a template.

    Args:
        template: as `normalize` returns it.
        paths: construct paths by logical id, as far as they are known.
    """
    sections = {name: content for name, content in template.items() if name != "Resources"}
    blocks = [block for name, content in sections.items() for block in _section(name, content)]
    resources = template.get("Resources", {})
    for logical_id in sorted(resources, key=lambda name: (_title(paths.get(name, name)), name)):
        blocks += _resource(logical_id, resources[logical_id], paths.get(logical_id))
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def construct_paths(template: Mapping[str, Any]) -> dict[str, str]:
    """The construct paths that stand in a template itself: the CDK command line lets them be written there."""
    resources = template.get("Resources", {}).items()
    found = {name: resource.get("Metadata", {}).get("aws:cdk:path") for name, resource in resources}
    return {name: path for name, path in found.items() if path}


def _section(name: str, content: Any) -> Iterator[list[str]]:
    if isinstance(content, Mapping) and content:
        for key, value in content.items():
            yield [*_entry(f"{name} {key}", value, "")]
    else:
        yield [*_entry(name, content, "")]


def _resource(logical_id: str, resource: Mapping[str, Any], path: str | None) -> Iterator[list[str]]:
    kind = resource.get("Type", "")
    title = f"{_title(path)} ({kind} {logical_id})" if path else f"{logical_id} ({kind})"
    shown = {key: value for key, value in resource.items() if key != "Type"}
    definition = shown.get("Properties", {}).get("DefinitionString") if kind == STATE_MACHINE else None
    if not isinstance(definition, Mapping) or not isinstance(definition.get("States"), Mapping):
        yield [*_entry(title, shown, "")]
        return
    machine, states = _apart(definition)
    machine_title = _title(path) if path else logical_id
    yield [*_entry(title, {**shown, "Properties": {**shown["Properties"], "DefinitionString": machine}}, "")]
    for name, state in states:
        state_title = name if name.isprintable() else _quoted(name)
        yield [*_entry(f"{machine_title} state {state_title}", state, "")]


def _title(path: str) -> str:
    """As `cdk diff` calls a resource."""
    return re.sub(r"/(Resource|Default)$", "", path)


def _apart(machine: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """A machine without its states, and all of them one after the other, those inside of a state after it."""
    states: list[tuple[str, Any]] = []
    for name, state in machine["States"].items():
        shown, inner = _state(state)
        states += [(name, shown), *inner]
    return {**machine, "States": _BELOW}, states


def _state(state: Any) -> tuple[Any, list[tuple[str, Any]]]:
    if isinstance(state, list):
        items = [_state(item) for item in state]
        return [shown for shown, _ in items], [found for _, inner in items for found in inner]
    if not isinstance(state, Mapping):
        return state, []
    if isinstance(state.get("StartAt"), str) and isinstance(state.get("States"), Mapping):
        return _apart(state)
    parts = {key: _state(value) for key, value in state.items()}
    return {key: shown for key, (shown, _) in parts.items()}, [found for _, inner in parts.values() for found in inner]


def _entry(key: str, value: Any, indent: str) -> Iterator[str]:
    """A key with its value, on one line if it has room there."""
    value, tag = short_form(value)
    begin = f"{indent}{key}:{tag}"
    if isinstance(value, str) and (parsed := _long_json(value)):
        # Such as the body of a dashboard, or a call of a custom resource.
        begin, value = f"{begin} JSON", parsed
    if isinstance(value, Mapping) and value:
        yield begin
        for name, item in value.items():
            yield from _entry(_name(str(name)), item, indent + _INDENT)
    elif isinstance(value, list) and value:
        yield begin
        for item in value:
            yield from _item(item, indent + _INDENT)
    elif isinstance(value, str) and (several := _lines(value)):
        mark, lines = several
        yield f"{begin} {mark}"
        yield from (f"{indent}{_INDENT}{line}" if line else "" for line in lines)
    else:
        yield f"{begin} {_scalar(value)}"


def _item(value: Any, indent: str) -> Iterator[str]:
    """An entry of a list: what a dash begins."""
    lines = [*_entry("", value, indent)]
    # The key is empty: what is left of its line is a colon, and a tag or a value behind it.
    first = lines[0][len(indent) + 1 :]
    if first:
        yield f"{indent}-{first}"
        yield from lines[1:]
    else:
        yield f"{indent}- {lines[1].lstrip()}"
        yield from lines[2:]


def _scalar(value: Any) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(text: str) -> str:
    """A text as it is, or in quotes where it would be taken for something else."""
    plain = _is_shown(text) and (_EXPRESSION.fullmatch(text) or not _UNCLEAR.search(text))
    return text if plain else _quoted(text)


def _name(text: str) -> str:
    """The name of an entry: an expression may not seem to begin one."""
    return _quoted(text) if text.startswith("{") else _text(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _is_shown(text: str) -> bool:
    """Whether all of a line can be seen."""
    return text.isprintable() and bool(text) and text == text.strip()


def _long_json(text: str) -> Any:
    """The value of a text that is nothing but JSON, as the CDK writes it, and has no room on a line; None otherwise."""
    if len(text) <= _LINE or text[0] not in "{[":
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if json.dumps(value, separators=(",", ":"), ensure_ascii=False) == text else None


def _lines(text: str) -> tuple[str, list[str]] | None:
    """A text that takes several lines, as YAML writes them; None if it has room on one.

    Behind ``|`` stands a text as it is, with a line feed at its end, and behind ``|-`` without; behind ``|"`` each line
    is in quotes, because not all of one can be seen; behind ``>`` is one that is broken where it has a single space.
    """
    if "\n" in text:
        lines = text.removesuffix("\n").split("\n")
        if lines[-1] and all(_is_shown(line.lstrip(" ")) for line in lines if line):
            return "|" if text.endswith("\n") else "|-", lines
        return '|"', [_quoted(line) for line in text.split("\n")]
    lines = [*_broken(text)] if len(text) > _LINE and _is_shown(text) else []
    return (">", lines) if len(lines) > 1 else None


def _broken(text: str) -> Iterator[str]:
    """The statements of a program, or what is too long for a line in lines."""
    begin = end = 0
    for space in _BREAK.finditer(text):
        at = space.start()
        if end > begin and at - begin > _LINE:
            yield text[begin:end]
            begin = end + 1
        end = at
        if text[at - 1] == ";":
            yield text[begin:at]
            begin = at + 1
            end = begin
    if end > begin and len(text) - begin > _LINE:
        yield text[begin:end]
        begin = end + 1
    yield text[begin:]
