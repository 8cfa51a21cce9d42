"""What an enrichment or a target gets of an event: by its input template, whose paths may lead into JSON text.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from jsonpath_ng.ext.parser import parse

from constructs_lib.local.deliveries.templates import filled

_PATH = re.compile(r"\$(?:\.[\w-]+|\[(?:\d+|\*)\]|\['[^']+'\])*")
_json_path = lru_cache(maxsize=256)(parse)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What templates may ask for besides the event.

    Args:
        arn: of the pipe.
        name: of the pipe.
        source: the ARN of its source.
        enrichment: the ARN of its enrichment; empty without one.
        target: the ARN of its target.
        now: the time, in seconds since the epoch.
    """

    arn: str
    name: str
    source: str
    enrichment: str
    target: str
    now: float

    def reserved(self) -> Mapping[str, Any]:
        """The variables whose names are reserved."""
        moment = datetime.fromtimestamp(self.now, tz=UTC)
        return {
            "aws.pipes.pipe-arn": self.arn,
            "aws.pipes.pipe-name": self.name,
            "aws.pipes.source-arn": self.source,
            "aws.pipes.enrichment-arn": self.enrichment,
            "aws.pipes.target-arn": self.target,
            "aws.pipes.event.ingestion-time": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
        }


def payload(template: str | None, event: Any, around: Surroundings) -> Any:
    """What is made of an event, a JSON value; the event as it is without a template."""
    if not template:
        return event
    parsed = with_parsed_body(event)
    reserved = {**around.reserved(), "aws.pipes.event": event, "aws.pipes.event.json": parsed}

    def value_of(name: str) -> Any:
        return at(name, parsed) if name.startswith("$") else reserved.get(name)

    text = filled(template, value_of)
    try:
        return json.loads(text)
    except ValueError:
        return text


def resolved(value: Any, event: Any) -> Any:
    """A parameter of a target with the values of the event in place of its paths, such as ``$.body.name``."""
    if isinstance(value, Mapping):
        return {name: resolved(item, event) for name, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, event) for item in value]
    if isinstance(value, str) and value.startswith("$") and _PATH.fullmatch(value):
        found = at(value, with_parsed_body(event))
        return found if isinstance(found, str) or found is None else json.dumps(found)
    return value


def at(path: str, event: Any) -> Any:
    """What is at a path of an event; None if nothing is."""
    if path == "$":
        return event
    found = [match.value for match in _json_path(path).find(event)]
    return (found if "*" in path else found[0]) if found else None


def with_parsed_body(event: Any) -> Any:
    """An event whose body is JSON instead of text, if it is JSON."""
    if not isinstance(event, Mapping) or not isinstance(event.get("body"), str):
        return event
    try:
        body = json.loads(event["body"])
    except ValueError:
        return event
    return {**event, "body": body} if isinstance(body, dict | list) else event
