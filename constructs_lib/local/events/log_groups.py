"""Events in log groups: each is an event of a log stream of its rule.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import json
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.logs.models import logs_backends

from constructs_lib.local.account import Location

_MILLISECONDS = 1000
_TEMPLATE = {"message", "timestamp"}


def write(rule_arn: str, group_arn: str, given: Any, now: float) -> None:
    """Write an event.

    Args:
        rule_arn: of the rule whose target the group is.
        group_arn: of the group.
        given: what the target gets; of a template with a time and a message, the message.
        now: the time, in seconds.

    Raises:
        KeyError: there is no such group.
    """
    location = Location.of(group_arn)
    backend = logs_backends[location.account][location.region]
    group = backend.groups[group_arn.removesuffix(":*").partition(":log-group:")[2]]
    stream = str(uuid5(NAMESPACE_URL, rule_arn))
    if stream not in group.streams:
        group.create_log_stream(stream)
    moment = now
    if isinstance(given, dict) and given.keys() == _TEMPLATE:
        moment, given = _seconds(given["timestamp"], now), given["message"]
    text = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    group.put_log_events(stream, [{"timestamp": int(moment * _MILLISECONDS), "message": text}])


def _seconds(given: Any, now: float) -> float:
    """A time as templates have it: in milliseconds, or as events have it."""
    try:
        if isinstance(given, str) and not given.isdecimal():
            return datetime.fromisoformat(given).timestamp()
        return float(given) / _MILLISECONDS
    except ValueError:
        return now
