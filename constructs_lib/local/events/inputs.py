"""What a target gets of an event.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
"""

import json
from datetime import UTC, datetime
from typing import Any

from jsonpath_ng.ext.parser import parse as json_path
from moto.events.utils import EventTemplateParser

Event = dict[str, Any]


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
        found = json_path(target["InputPath"]).find(event)
        return found[0].value if found else None
    if transformer := target.get("InputTransformer"):
        return EventTemplateParser.parse(
            input_template=transformer["InputTemplate"],
            input_paths_map=transformer.get("InputPathsMap", {}) or {"": "$.id"},
            event={**event, "ingestion-time": event["time"]},
        )
    return event
