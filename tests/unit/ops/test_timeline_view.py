"""The timeline of an execution as a terminal of 80 and of 120 columns has it, however many jobs there are."""

import io
from typing import Any

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from constructs_lib.local.runs.report import Bar
from constructs_lib.ops.commands.timeline_view import TimelineView, plain_rows
from constructs_lib.ops.histories.course import Course
from constructs_lib.ops.reports.timelines import Lane, Span, Timeline
from tests.unit.ops.histories_of_tests import BEGIN, EXECUTION

START = BEGIN.timestamp()


def bar(job: str, name: str, *moments: float | None, outcome: Any = "succeeded", **more: Any) -> Bar:
    """An attempt that waited, started and stopped so many seconds after the beginning."""
    times: Any = (None if moment is None else START + moment for moment in moments)
    return Bar(job, name, "queue", more.get("attempt", 1), 1.0, *times, outcome, more.get("reason", ""))


def lane(name: str, status: str, *spans: tuple[float, float], attempts: list[Bar] | None = None) -> Lane:
    known = tuple(Span(START + began, START + ended, status) for began, ended in spans)
    return Lane(name, status, known, tuple(attempts or ()))


def timeline(*lanes: Lane, seconds: float = 600, status: str = "FAILED") -> Timeline:
    return Timeline(EXECUTION, status, START, START + seconds, lanes, Course())


def shown(pictured: Timeline, width: int, **options: Any) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system=None)
    for line in TimelineView(pictured, width, **options).lines():
        console.print(line)
    return file.getvalue()


RETRIED = [
    bar("a", "prepare", 0, 30, 60, outcome="retried", reason="Host EC2 (instance i-1) terminated."),
    bar("a", "prepare", 60, 90, 120, outcome="succeeded", attempt=2),
]
TILES = [
    bar(f"b:{index}", "tile", 120, 120 + 2 * (index % 200), 180 + 2 * (index % 200), outcome="succeeded")
    for index in range(10_000)
]
MIXED = timeline(
    lane("Prepare", "SUCCEEDED", (0, 120), attempts=RETRIED),
    lane("Tiles", "SUCCEEDED", (120, 590), attempts=TILES),
    lane("Wait for approval", "SUCCEEDED", (120, 300), (400, 410)),
    lane(
        "Publish the map of a whole country",
        "FAILED",
        (590, 600),
        attempts=[
            bar("c", "\x1b[2Jpublish", 590, 592, 600, outcome="failed"),
            bar("d", "waits", 590, None, 600, outcome="waiting"),
        ],
    ),
)


@pytest.mark.parametrize("width", [80, 120])
def test_the_timeline_of_an_execution(width: int, snapshot: SnapshotAssertion) -> None:
    picture = shown(MIXED, width)
    assert max(map(len, picture.splitlines())) <= width
    assert picture == snapshot


def test_very_many_jobs_are_one_bar_as_high_as_many_of_them_ran() -> None:
    picture = shown(timeline(lane("Tiles", "SUCCEEDED", (120, 590), attempts=TILES)), 100)
    [line] = [line for line in picture.splitlines() if "10,000 jobs" in line]
    assert "≤ 1,500 at once" in line
    assert "█" in line
    assert "▁" in line
    assert len(picture.splitlines()) == 5


def test_a_stage_may_be_unfolded() -> None:
    few = [bar(f"b:{index}", "tile", 0, 1, 600, outcome="succeeded") for index in range(13)]
    pictured = timeline(lane("Tiles", "SUCCEEDED", (0, 600), attempts=few))
    assert "13 jobs" in shown(pictured, 80)
    assert shown(pictured, 80, most_jobs=13).count("tile[") == 13


def test_failed_jobs_are_counted_where_they_are_folded() -> None:
    many = [
        bar(f"b:{index}", "tile", 0, 1, 300, outcome="failed" if index < 40 else "succeeded") for index in range(100)
    ]
    assert "≤ 100 at once, ✘ 40" in shown(timeline(lane("Tiles", "FAILED", (0, 600), attempts=many)), 80)


@pytest.mark.parametrize("seconds", [0, 1e-6, 3e7])
def test_an_execution_of_no_time_and_of_a_year_are_drawn(seconds: float) -> None:
    attempts = [
        bar("a", "job", 0, 0, seconds, outcome="succeeded"),
        bar("b", "job", seconds, None, seconds, outcome="waiting"),
    ]
    picture = shown(timeline(lane("Run", "SUCCEEDED", (0, seconds), attempts=attempts), seconds=seconds), 80)
    assert "Run" in picture


def test_a_pipe_gets_a_line_for_each_stage_and_attempt() -> None:
    rows = [*plain_rows(timeline(lane("Prepare", "SUCCEEDED", (0, 120), attempts=RETRIED)))]
    assert rows == [
        ("stage", "Prepare", "SUCCEEDED", "", "2026-11-30T12:00:00.000Z", "2026-11-30T12:02:00.000Z"),
        (
            "job",
            "prepare a",
            "retried",
            "2026-11-30T12:00:00.000Z",
            "2026-11-30T12:00:30.000Z",
            "2026-11-30T12:01:00.000Z",
        ),
        (
            "job",
            "prepare a",
            "succeeded",
            "2026-11-30T12:01:00.000Z",
            "2026-11-30T12:01:30.000Z",
            "2026-11-30T12:02:00.000Z",
        ),
    ]
