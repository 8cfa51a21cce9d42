"""What a person reads at the end of a run."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from rich.console import Console

from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.runs.display import FAILURES_SHOWN, LOG_CHARACTERS, show_failures, show_left_out, show_outcome
from constructs_lib.local.runs.ending import ReportOptions, tell
from constructs_lib.local.runs.outcome import JobOutcome, Outcome
from constructs_lib.local.runs.outcome_page import report_of


def outcome(*jobs: JobOutcome, status: str = "FAILED") -> Outcome:
    return Outcome(status, None, "FanOut.TooManyFailures", "{}", list(jobs), {})


def job(index: int, *, status: str = "SUCCEEDED", log: Path | None = None) -> JobOutcome:
    failed = status == "FAILED"
    reason = "Essential container in task exited" if failed else None
    return JobOutcome(f"id{index}", f"Tiles-{index}", index, status, int(failed), 1, reason, log)


def printed(show: Callable[..., None], *arguments: object) -> str:
    text = StringIO()
    show(Console(file=text, width=100), *arguments)
    return text.getvalue()


def test_the_jobs_of_a_map_are_one_row() -> None:
    text = printed(show_outcome, outcome(*(job(index) for index in range(1_000))), Path("run"))
    assert [line for line in text.splitlines() if "Tiles" in line] == ["│ Tiles │      1000 │        │     1000 │"]
    assert "execution FAILED: FanOut.TooManyFailures" in text
    assert "RUNNABLE" not in text


def test_the_batches_of_a_distributed_fan_out_are_one_row() -> None:
    batches = [
        JobOutcome(f"id{first}:{child}", f"Tiles-{first}", first + child, "SUCCEEDED", 0, 1, None, None)
        for first in (0, 10, 20)
        for child in range(10)
    ]
    text = printed(show_outcome, outcome(*batches, job(30)), Path("run"))
    assert [line for line in text.splitlines() if "Tiles" in line] == ["│ Tiles │        31 │        │       31 │"]


def test_a_long_name_cuts_nothing_off_in_a_narrow_terminal() -> None:
    long = JobOutcome("id", "z" * 128, None, "SUCCEEDED", 0, 1, None, None)
    text = StringIO()
    show_outcome(Console(file=text, width=60), outcome(long), Path("run"))
    assert "…" not in text.getvalue()
    assert text.getvalue().count("z") == 128
    assert all(word in text.getvalue() for word in ("SUCCEEDED", "FAILED", "attempts"))


def test_failed_jobs_show_the_end_of_their_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    text = printed(show_failures, outcome(job(0), job(7, status="FAILED", log=log)))
    assert "Tiles-7 item 7: Essential container in task exited, exit code 1" in text
    assert "line 99" in text
    assert "line 80" not in text


def test_brackets_of_a_cause_are_no_markup() -> None:
    failed = Outcome("FAILED", None, "My[red]Error", 'see [bold]["a", [1]]', [], {})
    assert 'My[red]Error: see [bold]["a", [1]]' in printed(show_failures, failed)


HOSTILE = "\x1b[2J\x9b8m[bold]x[/nothing] :smile:"
SHOWN = r"\x1b[2J\x9b8m[bold]x[/nothing] :smile:"


def test_nothing_that_jobs_wrote_or_are_called_commands_the_terminal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(f"{HOSTILE}\n")
    hostile = JobOutcome(HOSTILE, HOSTILE, None, "FAILED", 1, 1, HOSTILE, log)
    failed = Outcome("FAILED", None, HOSTILE, HOSTILE, [hostile], {0: 1})
    text = printed(show_failures, failed) + printed(show_outcome, failed, tmp_path / "[bold]run")
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert text.count(SHOWN) == 7  # error and cause, name and reason, log; the table, and the error below it
    assert "[bold]run/logs" in text
    text = printed(show_left_out, Deployment(HOSTILE, {}, {}, (HOSTILE,)))
    assert text == f"stack {SHOWN}: not emulated, so left out: {SHOWN}\n"


def test_long_lines_of_a_long_log_are_cut_off(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("first\n" + "x" * 1_000_000 + "\nlast\n")
    text = printed(show_failures, outcome(job(7, status="FAILED", log=log)))
    assert f"…{'x' * (LOG_CHARACTERS - 1)}… (" in text
    assert text.endswith("last\n")
    assert len(text) < 3 * LOG_CHARACTERS


def test_a_result_and_a_page_are_written_whatever_jobs_wrote(tmp_path: Path) -> None:
    half = Outcome("FAILED", None, "Error", "\ud800", [job(7, status="FAILED")], {0: {"half": "\ud800"}})
    assert tell(half, ReportOptions("\ud800", tmp_path, report=tmp_path / "report.html")) == 1
    assert json.loads((tmp_path / "results" / "0.json").read_text()) == {"half": "\ud800"}
    assert "Error: ?" in (tmp_path / "report.html").read_text()


def test_the_end_of_a_log_is_read_and_no_more(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        file.seek(1 << 40)  # a terabyte of nothing
        file.write("\n🎉 last\n".encode())
    ended = job(7, status="FAILED", log=log)
    assert "🎉 last" in printed(show_failures, outcome(ended))
    assert ended.last(6) == "🎉 last\n"[-6:]
    assert job(8).last(10) == ""


def test_only_the_first_failures_are_shown(tmp_path: Path) -> None:
    jobs = [job(index, status="FAILED", log=tmp_path / "none") for index in range(FAILURES_SHOWN + 3)]
    text = printed(show_failures, outcome(*jobs))
    assert text.count("(it wrote nothing)") == FAILURES_SHOWN
    assert "… and 3 more failed jobs" in text


def test_what_is_not_emulated_is_named_with_what_happens_instead() -> None:
    text = printed(show_left_out, Deployment("Things", {}, {}, ("AWS::Glue::Job", "Custom::Thing")))
    assert text.splitlines() == [
        "stack Things: not emulated, so left out: AWS::Glue::Job",
        "stack Things: not emulated, so made, but its function is not run: Custom::Thing",
    ]
    assert printed(show_left_out, Deployment("Things", {}, {}, ())) == ""


def test_a_module_that_is_not_in_the_jobs_python_has_three_ways_out(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("Traceback (most recent call last):\nModuleNotFoundError: No module named 'polars.io'\n")
    text = printed(show_failures, outcome(job(7, status="FAILED", log=log)))
    assert "polars is not in the Python of this job" in text
    for way in ("requirements.txt", "--runner container", "--unconfined"):
        assert way in text.partition("Three ways out:")[2]
    assert "polars is not in the Python" in report_of(outcome(job(7, status="FAILED", log=log)), "Run").failures[0].log


def test_other_failures_have_no_advice(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("he said ModuleNotFoundError: No module named 'x'\nValueError: no\n")
    assert "ways out" not in printed(show_failures, outcome(job(7, status="FAILED", log=log)))
