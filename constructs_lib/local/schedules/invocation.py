"""One time that a schedule invokes its target, and what the input of the target may ask of it.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from constructs_lib.local.account import Location

_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Invocation:
    """An attempt to invoke a target.

    Args:
        schedule: the ARN of the schedule.
        scheduled: the time that the schedule says, in seconds since the epoch.
        attempt: which attempt, from 1.
        id: of the attempt.
    """

    schedule: str
    scheduled: float
    attempt: int
    id: str

    @classmethod
    def new(cls, schedule: str, scheduled: float, attempt: int) -> "Invocation":
        """One with an id of its own."""
        return cls(schedule, scheduled, attempt, secrets.token_hex(_ID_BYTES))

    @property
    def time(self) -> str:
        """The time that the schedule says, such as ``2026-12-24T17:00:00Z``."""
        return f"{datetime.fromtimestamp(self.scheduled, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"

    def filled(self, text: str) -> str:
        """A text with the attributes of this invocation in place of their names."""
        attributes = {
            "schedule-arn": self.schedule,
            "scheduled-time": self.time,
            "execution-id": self.id,
            "attempt-number": str(self.attempt),
        }
        for name, value in attributes.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def notification(self) -> str:
        """What a target gets that has no input."""
        location = Location.of(self.schedule)
        told: dict[str, Any] = {
            "version": "0",
            "id": str(uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": location.account,
            "time": self.time,
            "region": location.region,
            "resources": [self.schedule],
            "detail": "{}",
        }
        return json.dumps(told)
