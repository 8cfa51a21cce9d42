"""Which events a pipe takes: those that one of its filters matches; all others are taken out of the queue.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html
"""

import json
from typing import Any

from moto.events.models import EventPattern

from constructs_lib.local.pipes.inputs import with_parsed_body


def matches(criteria: dict[str, Any] | None, event: dict[str, Any]) -> bool:
    """Whether one of the filters matches an event; without filters each is taken."""
    filters = [item["Pattern"] for item in (criteria or {}).get("Filters") or [] if item.get("Pattern")]
    return not filters or any(_matches(pattern, event) for pattern in filters)


def _matches(pattern: str, event: dict[str, Any]) -> bool:
    wanted = json.loads(pattern)
    if isinstance(wanted.get("body"), dict):
        parsed = with_parsed_body(event)
        if not isinstance(parsed["body"], dict):
            return False
        event = parsed
    return bool(EventPattern(pattern, wanted).matches_event(event))
