"""The picture of an execution that runs, as a terminal of 80 and of 120 columns has it."""

import io
from datetime import timedelta

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from constructs_lib.ops.commands.progress_view import plain_line, progress_view
from constructs_lib.ops.executions.executions_now import Failure
from constructs_lib.ops.executions.progress import Progress, StageProgress
from tests.unit.ops.histories_of_tests import BEGIN, EXECUTION

NOW = BEGIN + timedelta(minutes=42, seconds=5)


def progress(*, stages: int = 0) -> Progress:
    ended = BEGIN + timedelta(seconds=75)
    return Progress(
        EXECUTION,
        "RUNNING",
        BEGIN,
        None,
        ["Tiles: Run array job", "Wait for approval"],
        [
            *(StageProgress(f"Step {number}", "SUCCEEDED", BEGIN, ended, None, {}) for number in range(stages)),
            StageProgress("Prepare", "SUCCEEDED", BEGIN, ended, 1, {"SUCCEEDED": 1}),
            StageProgress(
                "Tiles of a country with a long name",
                "RUNNING",
                ended,
                None,
                10_000,
                {"RUNNABLE": 5_640, "STARTING": 12, "RUNNING": 228, "SUCCEEDED": 4_118, "FAILED": 2},
                120.4,
                2_930.0,
            ),
            StageProgress("Wait for approval", "RUNNING", ended, None, None, {}),
        ],
        [
            Failure("tiles", "Essential container in task exited", "a:17", 17, 1),
            Failure(
                "tiles[4711]", "\x1b[2JHost EC2 (instance i-0123) terminated. " + "And so on. " * 20, "a:4711", 1.0
            ),
        ],
    )


@pytest.mark.parametrize("width", [80, 120])
def test_the_picture_of_a_moment(width: int, snapshot: SnapshotAssertion) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(progress_view(progress(), NOW, width))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert max(map(len, shown.splitlines())) <= width
    assert shown == snapshot


def test_of_very_many_stages_the_last_ones_are_shown() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(progress_view(progress(stages=500), NOW, 100))
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert "… 491 more stages before" in shown
    assert len(shown.splitlines()) < 25


def test_a_line_in_a_pipe_has_the_stages_that_run() -> None:
    assert plain_line(progress()) == (
        "Tiles of a country with a long name: 4,120 of 10,000 ended, RUNNABLE 5,640, STARTING 12, RUNNING 228, "
        "SUCCEEDED 4,118, FAILED 2, 120/min, about 48 min 50 s left; Wait for approval: RUNNING"
    )
