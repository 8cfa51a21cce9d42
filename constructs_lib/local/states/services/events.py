"""Gap: moto takes events whose detail is no object.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

import json
from typing import Any

from moto.events.models import EventsBackend

from constructs_lib.local.patching import Patch

_put = EventsBackend.put_events


def patches() -> list[Patch]:
    """Refuse such entries."""
    return [Patch(EventsBackend, "put_events", _put_objects)]


def _put_objects(self: Any, events: list[dict[str, Any]]) -> Any:
    return _put(self, [{**event, "Detail": "{"} if _has_other_detail(event) else event for event in events])


def _has_other_detail(event: dict[str, Any]) -> bool:
    """Tell whether an entry's detail is JSON, but no object; what is no JSON moto itself refuses."""
    try:
        return bool(event.get("Detail")) and not isinstance(json.loads(event["Detail"]), dict)
    except ValueError:
        return False
