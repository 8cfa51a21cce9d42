"""The two written forms of a fault: a JSON object, and the short text of the command line.

``{"kind": "reclaim", "index": 3}`` is ``reclaim:index=3``. In the short form a backslash takes a comma literally.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from constructs_lib.local.faults.kinds.call_faults import S3Refuse, S3Slow, ThrottleSubmit
from constructs_lib.local.faults.kinds.delivery_faults import (
    DeliverLate,
    DeliverOutOfOrder,
    DeliverTwice,
    ThrottleTarget,
)
from constructs_lib.local.faults.kinds.errors import EXPLAINED, FaultError
from constructs_lib.local.faults.kinds.fault import Fault, options, required
from constructs_lib.local.faults.kinds.job_faults import (
    ExitCode,
    Hang,
    LoseAgent,
    LoseResult,
    LoseWorker,
    OutOfMemory,
    PullFailure,
    Reclaim,
    StartFailure,
)
from constructs_lib.local.faults.kinds.shortage import NoCapacity
from constructs_lib.local.faults.kinds.values import Value

KINDS: dict[str, type[Fault]] = {
    kind.kind: kind
    for kind in (
        Reclaim,
        NoCapacity,
        PullFailure,
        StartFailure,
        LoseAgent,
        ExitCode,
        OutOfMemory,
        Hang,
        LoseWorker,
        LoseResult,
        ThrottleSubmit,
        S3Refuse,
        S3Slow,
        DeliverTwice,
        DeliverLate,
        DeliverOutOfOrder,
        ThrottleTarget,
    )
}


def from_json(entry: Any) -> Fault:
    """Read a JSON object.

    Raises:
        FaultError: it is no fault.
    """
    if not isinstance(entry, dict):
        raise FaultError("fault", _shown(entry), 'an object such as {"kind": "reclaim"}', EXPLAINED)
    others = {name: value for name, value in entry.items() if name != "kind"}
    return _made(entry.get("kind"), others, lambda value, given: value.accept(given))


def to_json(fault: Fault) -> dict[str, Any]:
    """Write the object that `from_json` reads; options at their default are left out."""
    return {"kind": fault.kind, **fault.settings()}


def from_text(text: str) -> Fault:
    """Read the short form.

    Raises:
        FaultError: it is no fault.
    """
    kind, colon, rest = text.partition(":")
    settings: dict[str, str] = {}
    for part in re.findall(r"(?s)(?:^|,)((?:[^\\,]|\\.|\\$)*)", rest) if colon else []:
        name, equals, value = re.sub(r"(?s)\\(.)", r"\1", part).partition("=")
        if not equals:
            raise FaultError(kind, repr(part), "option=value", f"Write {kind}:option=value,option=value.")
        if name in settings:
            raise FaultError(f"{kind}: {name}", "it twice", "it once", "Leave one of them out.")
        settings[name] = value
    return _made(kind, settings, lambda value, given: value.parse(given))


def to_text(fault: Fault) -> str:
    """Write the short form that `from_text` reads; options at their default are left out."""
    given = {name: value for name, value in options(type(fault)).items() if name in fault.settings()}
    parts = [f"{name}={_escaped(value.render(getattr(fault, name)))}" for name, value in given.items()]
    return f"{fault.kind}:{','.join(parts)}" if parts else fault.kind


def _made(kind: Any, settings: Mapping[str, Any], read: Callable[[Value, Any], Any]) -> Fault:
    made = KINDS.get(kind) if isinstance(kind, str) else None
    if made is None:
        raise FaultError("kind", _shown(kind), "one of " + ", ".join(KINDS), _did_you_mean(kind, KINDS))
    known = options(made)
    for name in settings:
        if name not in known:
            raise FaultError(f"{kind}", f"option {name!r}", "one of " + ", ".join(known), _did_you_mean(name, known))
    for name in sorted(required(made) - settings.keys()):
        raise FaultError(f"{kind}: {name}", "nothing", known[name].expected, f"Add the option {name}.")
    return made(**{name: _value(f"{kind}: {name}", known[name], given, read) for name, given in settings.items()})


def _value(where: str, value: Value, given: Any, read: Callable[[Value, Any], Any]) -> Any:
    try:
        return read(value, given)
    except ValueError:
        raise FaultError(where, _shown(given), value.expected, EXPLAINED) from None


def _did_you_mean(word: Any, words: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word), words, n=1)
    return f"Did you mean {close[0]}?" if close else EXPLAINED


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr)


def _escaped(text: str) -> str:
    return re.sub(r"([\\,])", r"\\\1", text)
