"""The thread that evaluates alarms: it begins with the first one, goes on after a failure, and ends at once."""

import logging
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.metrics.alarms.book import Book
from constructs_lib.local.metrics.alarms.watch import Watch

START = 1_700_000_040.0


class Broken:
    """Alarms that cannot be evaluated, each minute."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.next = START + 60

    def due(self) -> float:
        return self.next

    def evaluate(self, now: float) -> None:
        self.asked.append(now)
        self.next = (now // 60 + 1) * 60
        raise ZeroDivisionError


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def test_alarms_are_evaluated_as_time_passes_whatever_happens(caplog: pytest.LogCaptureFixture) -> None:
    clock, broken = VirtualClock(START), Broken()
    watch = Watch(clock, lambda: [cast("Book", broken)])
    watch.wake()
    with caplog.at_level(logging.ERROR):
        clock.wait(clock.event(), 150)
    watch.close()
    assert broken.asked[-2:] == [START + 60, START + 120]
    assert "alarms could not be evaluated" in caplog.text


def test_there_is_no_thread_without_alarms_and_none_at_the_end(tmp_path: Path) -> None:
    alarm: dict[str, Any] = {
        "AlarmName": "a",
        "Namespace": "n",
        "MetricName": "m",
        "Statistic": "Sum",
        "Period": 3600,
        "EvaluationPeriods": 24,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    with EmbeddedAws(tmp_path) as aws:
        metrics = aws.client("cloudwatch")
        metrics.put_metric_data(Namespace="n", MetricData=[{"MetricName": "m", "Value": 1}])
        assert "alarms" not in threads()
        metrics.put_metric_alarm(**alarm)
        assert "alarms" in threads()
        begin = time.monotonic()
    assert "alarms" not in threads()
    assert time.monotonic() - begin < 30
