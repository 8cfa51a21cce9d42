"""What a target gets of an event.

Sources: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html and
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

import json
from datetime import UTC, datetime
from typing import Any

from jsonpath_ng.ext.parser import parse as json_path

from constructs_lib.local.deliveries.templates import filled

Event = dict[str, Any]


def as_sent(event: Event) -> Event:
    """An event of moto's in the form that AWS sends."""
    seconds = event["time"]
    moment = datetime.fromtimestamp(seconds, tz=UTC) if isinstance(seconds, int | float) else seconds
    time = moment.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else moment
    kept = {name: value for name, value in event.items() if name not in ("ingestion-time", "replay-name")}
    return {**kept, "version": "0", "time": time}


def input_of(target: dict[str, Any], event: Event, rule_arn: str = "") -> Any:
    """The constant of a target, a part of the event, what its template makes of it, or all of it.

    Args:
        target: as PutTargets has it.
        event: as it is sent.
        rule_arn: of the rule, whose name and ARN a template may have. Default: it has neither.
    """
    if "Input" in target:
        return json.loads(target["Input"])
    if "InputPath" in target:
        return _at(target["InputPath"], event)
    if transformer := target.get("InputTransformer"):
        own = {name: _at(path, event) for name, path in transformer.get("InputPathsMap", {}).items()}
        given = {
            "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
            "aws.events.event.json": event,
            "aws.events.event.ingestion-time": event["time"],
            "aws.events.rule-arn": rule_arn,
            "aws.events.rule-name": rule_arn.rpartition("/")[2],
        }
        return _made(filled(transformer["InputTemplate"], {**given, **own}.get))
    return event


def _at(path: str, event: Event) -> Any:
    found = json_path(path).find(event)
    return found[0].value if found else None


def _made(text: str) -> Any:
    """JSON; what is none, such as several lines that are each in quotes, is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
