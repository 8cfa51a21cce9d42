"""The output of attempts gets into their log streams: while they run, whole at the end, each line once."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.logs import LogsBackend
from constructs_lib.local.runners import CannotStartError
from constructs_lib.local.runners.log_streams import LogStreams
from constructs_lib.local.scheduler.jobs.job import Job
from tests.waiting import until


class Logs:
    """CloudWatch Logs with one group, and the streams of attempts in it."""

    def __init__(self) -> None:
        self.service = LogsBackend("us-east-1", "123456789012")
        self.service.create_log_group("/jobs", {})
        self.allowed = True
        self.streams = LogStreams(lambda _: self.service, RealClock(), lambda _: self.allowed)

    def lines(self, group: str = "/jobs", name: str = "stream") -> list[str]:
        events, *_ = self.service.get_log_events(group, None, name, None, None, None, None, True)  # noqa: FBT003 as moto has it
        return [event["message"] for event in events]


@pytest.fixture
def logs() -> Iterator[Logs]:
    made = Logs()
    yield made
    made.streams.close()


def job(*, fargate: bool = False, driver: str = "awslogs", **options: str) -> Job:
    configuration = {"logDriver": driver, "options": {name.replace("_", "-"): value for name, value in options.items()}}
    spec = SimpleNamespace(
        queue=SimpleNamespace(arn="arn:aws:batch:us-east-1:123456789012:job-queue/queue"),
        container={"logConfiguration": configuration},
        details={"platformCapabilities": ["FARGATE" if fargate else "EC2"]},
    )
    return cast("Job", SimpleNamespace(spec=spec, attempts=[SimpleNamespace(log_stream="stream")]))


def opened(*streams: str) -> Iterator[tuple[str, Job]]:
    for name in streams:
        made = job(awslogs_group="/jobs")
        made.attempts[-1].log_stream = name
        yield name, made


def test_lines_arrive_while_the_attempt_runs_and_the_rest_at_its_end(logs: Logs, tmp_path: Path) -> None:
    path = tmp_path / "log"
    stream = logs.streams.open(job(awslogs_group="/jobs"), path)
    assert stream
    with path.open("w") as file:
        for text in ("one\ntw", "o\n", "not en"):
            file.write(text)
            file.flush()
            time.sleep(0.01)
        assert until(lambda: logs.lines() == ["one", "two"])
        file.write("ded")
    logs.streams.end(stream)
    assert logs.lines() == ["one", "two", "not ended"]


def test_much_output_is_taken_in_part_by_part_and_the_others_have_their_turn(
    logs: Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("constructs_lib.local.logs.streams._AT_ONCE", 100)
    monkeypatch.setattr("constructs_lib.local.logs.log_file._BLOCK", 50)
    much, little = (logs.streams.open(named, tmp_path / name) for name, named in opened("much", "little"))
    (tmp_path / "much").write_text("a line of twenty-one\n" * 2_000)
    (tmp_path / "little").write_text("one\n")
    # A turn for each hundred bytes: with a pause before each, it would take minutes.
    assert until(lambda: len(logs.lines(name="much")) == 2_000)
    assert logs.lines(name="little") == ["one"]
    assert much is not little


def test_what_was_in_the_file_before_belongs_to_another_attempt(logs: Logs, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("of the first attempt\n")
    stream = logs.streams.open(job(awslogs_group="/jobs"), path)
    assert stream
    with path.open("a") as file:
        file.write("of the second\n")
    logs.streams.end(stream)
    assert logs.lines() == ["of the second"]


def test_batch_makes_its_own_group_and_one_that_may_be_made(logs: Logs, tmp_path: Path) -> None:
    for group, options in (
        ("/aws/batch/job", {}),
        ("/mine", {"awslogs_create_group": "true", "awslogs_group": "/mine"}),
    ):
        stream = logs.streams.open(job(**options), tmp_path / "log")
        assert stream
        assert logs.lines(group) == []


@pytest.mark.parametrize(
    ("fargate", "start"),
    [
        (True, "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "),
        (False, "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: "),
    ],
)
def test_a_group_that_is_missing_lets_nothing_start(logs: Logs, tmp_path: Path, fargate: bool, start: str) -> None:
    with pytest.raises(CannotStartError) as caught:
        logs.streams.open(job(fargate=fargate, awslogs_group="/nowhere"), tmp_path / "log")
    assert str(caught.value) == (
        f"{start}failed to create Cloudwatch log stream: ResourceNotFoundException: "
        "The specified log group does not exist."
    )


def test_output_that_may_not_be_written_is_lost(logs: Logs, tmp_path: Path) -> None:
    logs.allowed = False
    assert logs.streams.open(job(awslogs_group="/jobs"), tmp_path / "log") is None
    assert logs.lines() == []


def test_other_log_drivers_have_no_stream(logs: Logs, tmp_path: Path) -> None:
    assert logs.streams.open(job(driver="json-file"), tmp_path / "log") is None
    assert not logs.service.groups["/jobs"].streams
