"""The rate of submissions."""

import threading

import pytest

from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.rules.throttling import SubmitRate


class Hands:
    """A clock that stands still until it is moved."""

    time = 0.0

    def now(self) -> float:
        return self.time

    def wait(self, event: threading.Event, seconds: float | None = None) -> bool:
        raise AssertionError((event, seconds))


def test_calls_over_the_rate_are_refused_until_time_has_passed() -> None:
    clock = Hands()
    rate = SubmitRate(clock, per_second=2)
    rate.take()
    rate.take()
    with pytest.raises(BatchError, match="Too Many Requests") as caught:
        rate.take()
    assert (caught.value.code, caught.value.status) == ("TooManyRequestsException", 429)
    clock.time = 0.5
    rate.take()
    with pytest.raises(BatchError, match="Too Many Requests"):
        rate.take()


def test_unused_calls_are_not_saved_up() -> None:
    clock = Hands()
    rate = SubmitRate(clock, per_second=2)
    clock.time = 100
    rate.take()
    rate.take()
    with pytest.raises(BatchError, match="Too Many Requests"):
        rate.take()
