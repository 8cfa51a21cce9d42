"""The mark that this library leaves in a definition: what made its states, with which options, and what they were.

It stands in the comment of the first state of a fan-out, or of a state machine that is the library's as a whole, which
is all that a definition has room for: so it is read in AWS's console as well as by the tools that work on templates.
The fingerprint tells states that are as they were made from states that somebody has edited.
Source: https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
"""

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Self

from constructs_lib.core.protocol import READ_ITEMS, fan_out_of

REFERENCE: Final = "\ue000"
"""Stands in a state for a reference, whose text is known when the template is written."""

_MADE: Final = "{kind} of constructs-lib {version}, states {fingerprint}, options "
_MARK: Final = re.compile(
    r"(?P<kind>[A-Z]\w*) of constructs-lib (?P<version>\S+), states (?P<fingerprint>[0-9a-f]{8}), options "
)
_OUTSIDE: Final = "(outside)"
# The hash of an asset in a text of the user's: an edit of a file is no other fan-out. The options have the text.
_HASH: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a construct says of itself.

    Args:
        kind: its class.
        version: of this library.
        fingerprint: of its states.
        options: that it was given, in the words of its constructor.
    """

    kind: str
    version: str
    fingerprint: str
    options: Mapping[str, Any]

    def comment(self, what: str) -> str:
        """The comment of a state or machine.

        Args:
            what: it does, as a sentence.
        """
        made = _MADE.format(kind=self.kind, version=self.version, fingerprint=self.fingerprint)
        return f"{what} {made}{json.dumps(self.options, ensure_ascii=False)}."

    @classmethod
    def read(cls, comment: object) -> Self | None:
        """The mark in a comment, if there is one."""
        match = _MARK.search(comment) if isinstance(comment, str) else None
        if not match:
            return None
        try:
            options, _ = json.JSONDecoder().raw_decode(match.string, match.end())
        except ValueError:
            return None
        return cls(match["kind"], match["version"], match["fingerprint"], options)


def without_mark(comment: str) -> str:
    """What a comment says before the mark."""
    match = _MARK.search(comment)
    return comment[: match.start()].rstrip() if match else comment


def fingerprint(states: Mapping[str, Any], *, unnamed: bool = False) -> str:
    """Eight digits that change with anything in some states, but not with what comes after them.

    Names are those by which states lead to each other, without the name of the fan-out; references are taken without
    where they lead. The first state of a fan-out counts without its comment, where the mark is.

    Args:
        states: by name, with `REFERENCE` in place of each reference.
        unnamed: the states have any names but for the first one, and lead to none but each other. Default: they have
            their own.
    """
    names = None if unnamed else set(states)
    texts = sorted(_text(_state(name, state, names)) for name, state in states.items())
    return sha256(_HASH.sub("(hash)", _text(texts)).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _states(states: Mapping[str, Any]) -> dict[str, Any]:
    return {_local(name): _state(name, state, set(states)) for name, state in states.items()}


def _state(name: str, state: Mapping[str, Any], names: AbstractSet[str] | None) -> Any:
    kept = {key: value for key, value in state.items() if key != "QueryLanguage"}
    if _local(name) == READ_ITEMS:
        # It is made when all others are known, and leads to the one of them that nothing else leads to.
        kept = {key: value for key, value in kept.items() if key not in ("Comment", "Next", "Type")}
    return _canonical(kept, names)


def _canonical(value: Any, names: AbstractSet[str] | None) -> Any:
    if isinstance(value, list):
        return [_canonical(item, names) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "StartAt" in value and isinstance(value.get("States"), Mapping):
        inner = {key: item for key, item in value.items() if key not in ("StartAt", "States")}
        return {**inner, "StartAt": _local(str(value["StartAt"])), "States": _states(value["States"])}
    return dict(_entry(key, item, names) for key, item in value.items())


def _entry(key: str, value: Any, names: AbstractSet[str] | None) -> tuple[str, Any]:
    if key in ("Next", "Default") and isinstance(value, str):
        return key, _local(value) if names is None or value in names else _OUTSIDE
    if key == "End" and value is True:
        return "Next", _OUTSIDE
    return key, _canonical(value, names)


def _local(name: str) -> str:
    return fan_out_of(name)[1]
