"""Explains every kind of fault and its options, in the words of their docstrings."""

import dataclasses
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator

from constructs_lib.local.faults.kinds.fault import Fault, options, required
from constructs_lib.local.faults.kinds.forms import KINDS

_WIDTH = 100
_INDENT, _OPTION_INDENT = "  ", "    "
_OPTION = re.compile(r"^    (\w+): (.*?)(?=^    \w|^\w|\Z)", re.MULTILINE | re.DOTALL)
_REFERENCE = "see `"
# What a docstring says to readers of Python only.
_PYTHON = re.compile(r"``|; see `Fault`|; None for [\w ]+")


def explanation() -> str:
    """A paragraph for each kind with its own options, and one for the options that several have."""
    shared: dict[str, type[Fault]] = {}
    parts = []
    for kind in KINDS.values():
        own = _described(kind)
        others = [name for name in options(kind) if name not in own]
        shared |= {name: kind for name in others if name not in shared}
        also = [f"{_OPTION_INDENT}and {', '.join(others)}"] if others else []
        parts.append([kind.kind, *_summary(kind), *_lines(kind, own), *also])
    parts.append(
        ["options that several have", *(line for name, kind in shared.items() for line in _lines(kind, [name]))]
    )
    return "\n\n".join("\n".join(lines) for lines in parts)


def _summary(kind: type[Fault]) -> list[str]:
    text = inspect.cleandoc(kind.__doc__ or "").partition("\nArgs:")[0]
    text = re.sub(r"Sources?: .*", "", text, flags=re.DOTALL)
    return textwrap.wrap(_plain(text), _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _lines(kind: type[Fault], names: Iterable[str]) -> Iterator[str]:
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    for name in names:
        value = options(kind)[name]
        default = "required" if name in required(kind) else f"default {value.render(defaults[name])}"
        text = f"{name}: {_meaning(kind, name)} [{value.expected}; {default}]"
        yield from textwrap.wrap(text, _WIDTH, initial_indent=_OPTION_INDENT, subsequent_indent=_OPTION_INDENT * 2)


def _meaning(kind: type[Fault], name: str) -> str:
    return next(found[name] for base in kind.__mro__ if name in (found := _described(base)))


def _described(kind: type) -> dict[str, str]:
    """The options that the docstring of a class itself describes."""
    arguments = inspect.cleandoc(kind.__doc__ or "").partition("\nArgs:\n")[2]
    found = {name: _plain(text) for name, text in _OPTION.findall(arguments) if not text.startswith(_REFERENCE)}
    return {name: text.partition(" Default: ")[0].rstrip(".") for name, text in found.items()}


def _plain(text: str) -> str:
    return _PYTHON.sub("", " ".join(text.split()))
