"""An embedded AWS takes what it needs when it is entered, and gives all of it back, however its life goes."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local import runner_choice as choice
from constructs_lib.local.account import LocationError
from constructs_lib.local.aws import ClosedError, EmbeddedAws, embedded
from constructs_lib.local.aws.config import DirectoryError
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.faults import DeliverLate, FaultPlan
from constructs_lib.local.runners.container import NoEngineError
from constructs_lib.local.server import HOST, PortInUseError


def threads() -> set[threading.Thread]:
    return set(threading.enumerate())


def files() -> set[str]:
    """The open files of this process, but for that of the listing itself."""
    return {f"{path.name} {path.readlink()}" for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}


def children() -> set[str]:
    words = ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return {line for line in told.splitlines() if "ps -o" not in line}


@pytest.fixture
def leaves_nothing(tmp_path: Path) -> Callable[[Callable[[], object]], None]:
    """Compare what this process has before and after something."""

    def compare(action: Callable[[], object]) -> None:
        with EmbeddedAws(tmp_path / "first"):  # what Python and moto keep once they have been used is there already
            pass
        before = threads(), files(), children()
        action()
        # The thread of a connection, and the socket that it has, hear at the end that there is nothing more to hear.
        deadline = time.monotonic() + 10
        while (threads(), files(), children()) != before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert (threads(), files(), children()) == before

    return compare


def works(directory: Path, **options: Any) -> None:
    """Open one, and close it: it answers, and nothing of an earlier one is in it."""
    with EmbeddedAws(directory, **options) as aws:
        s3 = aws.client("s3")
        assert s3.list_buckets()["Buckets"] == []
        s3.create_bucket(Bucket="things")


def no_engine() -> Any:
    raise NoEngineError("no container engine: docker is not on PATH")


def test_one_that_is_made_takes_nothing_of_this_machine(leaves_nothing: Any, tmp_path: Path) -> None:
    made = []
    leaves_nothing(lambda: made.append(EmbeddedAws(tmp_path / "never", port=1)))
    assert not (tmp_path / "never").exists()


def test_two_in_a_row_know_nothing_of_each_other_and_leave_nothing(leaves_nothing: Any, tmp_path: Path) -> None:
    def open_two() -> None:
        works(tmp_path / "one")
        works(tmp_path / "two")

    leaves_nothing(open_two)


def test_one_with_a_port_in_use_leaves_nothing_and_can_be_tried_again(leaves_nothing: Any, tmp_path: Path) -> None:
    def collide() -> None:
        with socket.create_server((HOST, 0)) as taken:
            aws = EmbeddedAws(tmp_path / "aws", port=taken.getsockname()[1])
            with pytest.raises(PortInUseError, match="is in use"):
                aws.__enter__()
        with aws:
            assert aws.client("sts").get_caller_identity()["Account"] == aws.location.account

    leaves_nothing(collide)
    works(tmp_path / "next")


def test_one_without_an_engine_leaves_nothing(
    leaves_nothing: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "find_engine", no_engine)

    def start() -> None:
        with pytest.raises(NoEngineError), EmbeddedAws(tmp_path / "aws", runner="container"):
            raise AssertionError("it has begun")

    leaves_nothing(start)
    works(tmp_path / "next")


@pytest.mark.parametrize("part", ["parts_of", "patched", "application_of", "Server", "begin_jobs"])
def test_whatever_part_fails_nothing_is_left_and_the_next_one_works(
    part: str, leaves_nothing: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("too many open files")

    def start() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(embedded, part, fail)
            with pytest.raises(OSError, match="too many open files"):
                EmbeddedAws(tmp_path / "aws").__enter__()

    leaves_nothing(start)
    works(tmp_path / "next")


def test_a_directory_that_is_a_file_is_refused_when_it_is_entered(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_text("mine")
    for directory in (file, file / "below"):
        with pytest.raises(DirectoryError, match="notes is a file"):
            EmbeddedAws(directory).__enter__()
    assert file.read_text() == "mine"
    works(tmp_path / "next")


def test_a_directory_that_cannot_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(DirectoryError, match="cannot be written to"):
        EmbeddedAws(tmp_path / "aws").__enter__()
    assert not (tmp_path / "aws").exists()


@pytest.mark.parametrize(
    ("options", "error", "told"),
    [
        ({"region": "Frankfurt"}, LocationError, "expected a region such as us-east-1, got 'Frankfurt'"),
        ({"account": "12"}, LocationError, "expected an account of 12 digits"),
        ({"runner": "kubernetes"}, ValueError, "runner: got 'kubernetes'"),
        ({"parallel": -1}, ValueError, "parallel: got -1, expected at least 1"),
        ({"parallel": 0}, ValueError, "parallel: got 0, expected at least 1"),
        ({"port": 65536}, ValueError, "port: got 65536, expected 0 to 65535"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(
    options: dict[str, Any], error: type[Exception], told: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=told):
        EmbeddedAws(tmp_path, **options)


def test_a_stack_that_is_not_synthesized_is_refused_with_what_deploys_it(tmp_path: Path) -> None:
    class Stack:
        """As those of aws-cdk-lib, whose import takes a second."""

    unknown: Any = Stack()
    with (
        EmbeddedAws(str(tmp_path)) as aws,  # a directory may be text, as tempfile gives it
        pytest.raises(TypeError, match=r"cloud assembly, got a Stack: write LocalAws\(aws, directory\)\.deploy\(…\)"),
    ):
        aws.deploy(unknown)


def test_closing_one_that_was_never_entered_disturbs_no_other(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "one") as aws:
        aws.client("s3").create_bucket(Bucket="things")
        EmbeddedAws(tmp_path / "two").close()
        assert [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]] == ["things"]
        with pytest.raises(RuntimeError, match="open in this process already"):
            EmbeddedAws(tmp_path / "three").__enter__()
        aws.client("s3").head_bucket(Bucket="things")


def test_one_that_was_closed_before_can_be_entered(tmp_path: Path) -> None:
    aws = EmbeddedAws(tmp_path)
    aws.close()
    with aws:
        assert aws.client("s3").list_buckets()["Buckets"] == []


def test_each_is_entered_once(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path) as aws:
        with pytest.raises(RuntimeError, match="is open already"):
            aws.__enter__()
        assert aws.client("s3").list_buckets()["Buckets"] == []
    with pytest.raises(RuntimeError, match="was closed: make another one"):
        aws.__enter__()


def test_closing_twice_disturbs_not_the_next_one(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path / "one") as first:
        first.close()
    with EmbeddedAws(tmp_path / "two") as second:
        first.close()
        assert second.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    "name",
    ["batch", "batches", "endpoint_url", "faults", "iam", "images", "port", "processes", "stacks", "targets"],
)
def test_what_is_there_only_once_it_is_open_says_so(name: str, tmp_path: Path) -> None:
    aws = EmbeddedAws(tmp_path)
    with pytest.raises(ClosedError, match="is not open yet: use it in `with"):
        getattr(aws, name)
    with aws:
        assert getattr(aws, name)
    assert getattr(aws, name)  # what it has recorded can be read


def test_what_it_does_ends_with_it(tmp_path: Path) -> None:
    aws = EmbeddedAws(tmp_path)
    for _ in range(2):
        for ask in (aws.environment, lambda: aws.client("s3"), lambda: aws.clients(aws.location)):
            with pytest.raises(ClosedError, match=r"this embedded AWS (is not open yet|was closed): use it in `with"):
                ask()
        if not aws.told_to_stop.is_set():
            aws.told_to_stop.set()
            with aws:
                assert aws.environment()["AWS_ENDPOINT_URL"] == aws.endpoint_url


def test_a_process_ends_though_it_has_closed_nothing(tmp_path: Path) -> None:
    script = f"""
from pathlib import Path
from constructs_lib.local.aws import EmbeddedAws
EmbeddedAws(Path({str(tmp_path)!r})).__enter__()
"""
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 0


def test_only_a_virtual_clock_can_be_let_pass(tmp_path: Path) -> None:
    clock = VirtualClock(1_000.0)
    with EmbeddedAws(tmp_path / "virtual", clock=clock) as aws:
        aws.advance(timedelta(days=30))
        assert clock.now() == 1_000.0 + 30 * 24 * 60 * 60
    with pytest.raises(ClosedError, match="was closed"):
        aws.advance(timedelta(days=30))
    with EmbeddedAws(tmp_path / "real") as aws, pytest.raises(RuntimeError, match=r"clock=VirtualClock\(\)"):
        aws.advance(timedelta(seconds=1))


@pytest.mark.parametrize("clock", [None, VirtualClock(1_800_000_000.0)], ids=["real", "virtual"])
def test_what_waits_for_its_time_ends_with_it(
    tmp_path: Path, leaves_nothing: Callable[[Callable[[], object]], None], clock: VirtualClock | None
) -> None:
    arn = "arn:aws:{}:us-east-1:123456789012:{}"
    role = "arn:aws:iam::123456789012:role/any"

    def use() -> None:
        with (
            EmbeddedAws(tmp_path / "aws", clock=clock, iam=False) as aws,
            aws.faults.during(FaultPlan([DeliverLate(3600, source="late")])),
        ):
            sqs, scheduler, pipes, events = (aws.client(name) for name in ("sqs", "scheduler", "pipes", "events"))
            queue = sqs.create_queue(QueueName="queue")["QueueUrl"]
            for name, target in (("nowhere", "nowhere"), ("late", "queue")):  # to be tried again, and to be late
                scheduler.create_schedule(
                    Name=name,
                    ScheduleExpression="rate(1 day)",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    Target={"Arn": arn.format("sqs", target), "RoleArn": role},
                )
            events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
            window = {"SqsQueueParameters": {"BatchSize": 10, "MaximumBatchingWindowInSeconds": 300}}
            pipes.create_pipe(
                Name="pipe",
                Source=arn.format("sqs", "queue"),
                Target=arn.format("sns", "topic"),
                RoleArn=role,
                SourceParameters=window,
            )
            sqs.send_message(QueueUrl=queue, MessageBody="waits for its window to close")
            for client in (sqs, scheduler, pipes, events):
                client.close()

    begun = time.monotonic()
    leaves_nothing(use)
    assert time.monotonic() - begun < 30
