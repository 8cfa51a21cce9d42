"""What a target gets of an event.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from jsonpath_ng.ext.parser import parse as json_path

Event = dict[str, Any]

_TEXT_OR_VARIABLE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>"]+>')
_VARIABLE: Final = re.compile(r"<([^<>\"]+)>")


def as_sent(event: Event) -> Event:
    """An event of moto's in the form that AWS sends."""
    seconds = event["time"]
    moment = datetime.fromtimestamp(seconds, tz=UTC) if isinstance(seconds, int | float) else seconds
    time = moment.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else moment
    kept = {name: value for name, value in event.items() if name not in ("ingestion-time", "replay-name")}
    return {**kept, "version": "0", "time": time}


def input_of(target: dict[str, Any], event: Event) -> Any:
    """The constant of a target, a part of the event, what its template makes of it, or all of it."""
    if "Input" in target:
        return json.loads(target["Input"])
    if "InputPath" in target:
        return _at(target["InputPath"], event)
    if transformer := target.get("InputTransformer"):
        own = {name: _at(path, event) for name, path in transformer.get("InputPathsMap", {}).items()}
        given = {"aws.events.event.json": event, "aws.events.event.ingestion-time": event["time"]}
        return _fill(transformer["InputTemplate"], {**given, **own})
    return event


def _at(path: str, event: Event) -> Any:
    found = json_path(path).find(event)
    return found[0].value if found else None


def _fill(template: str, values: Mapping[str, Any]) -> Any:
    """Put values into a template: as JSON where a variable stands alone, as text where it stands in text."""

    def fill(match: re.Match[str]) -> str:
        whole = match.group()
        if whole.startswith("<"):
            value = values.get(whole[1:-1])
            return json.dumps("" if value is None else value)
        return _VARIABLE.sub(lambda variable: json.dumps(_text(values.get(variable[1])))[1:-1], whole)

    return json.loads(_TEXT_OR_VARIABLE.sub(fill, template))


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
