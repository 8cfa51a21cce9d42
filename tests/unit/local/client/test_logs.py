"""What jobs wrote, read from CloudWatch Logs: by attempt, each line once, from the group of the job definition."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.client.clients import clients
from constructs_lib.local.client.logs import DEFAULT_GROUP, Logs


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("logs")) as made:
        yield made


@pytest.fixture
def logs(aws: EmbeddedAws) -> Logs:
    return Logs(clients(aws.endpoint_url, aws.keys))


def write(aws: EmbeddedAws, group: str, stream: str, *lines: str, new: bool = True) -> None:
    client = aws.client("logs")
    if new:
        client.create_log_stream(logGroupName=group, logStreamName=stream)
    events = [{"timestamp": int(time.time() * 1000), "message": line} for line in lines]
    client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def job(*streams: str, current: str | None = None, group: str | None = None) -> dict[str, Any]:
    container: dict[str, Any] = {"logStreamName": current or streams[-1]}
    if group:
        container["logConfiguration"] = {"logDriver": "awslogs", "options": {"awslogs-group": group}}
    return {"container": container, "attempts": [{"container": {"logStreamName": stream}} for stream in streams]}


def test_lines_of_each_attempt_and_of_the_one_that_runs(aws: EmbeddedAws, logs: Logs) -> None:
    aws.client("logs").create_log_group(logGroupName=DEFAULT_GROUP)
    write(aws, DEFAULT_GROUP, "one", "a", "b")
    write(aws, DEFAULT_GROUP, "two", "c")
    assert list(logs.new_lines(job("one", current="two"))) == [
        ("attempt 1", "a"),
        ("attempt 1", "b"),
        ("attempt 2", "c"),
    ]


def test_each_line_is_read_once(aws: EmbeddedAws, logs: Logs) -> None:
    aws.client("logs").create_log_group(logGroupName="/own")
    write(aws, "/own", "one", "a")
    assert list(logs.new_lines(job("one", group="/own"))) == [("attempt 1", "a")]
    assert list(logs.new_lines(job("one", group="/own"))) == []
    write(aws, "/own", "one", "b", new=False)
    assert list(logs.new_lines(job("one", group="/own"))) == [("attempt 1", "b")]


def test_a_job_that_has_written_nothing_yet(logs: Logs) -> None:
    assert list(logs.new_lines(job("nowhere"))) == []
    assert list(logs.new_lines({"attempts": []})) == []


def test_containers_of_a_job_that_has_several(aws: EmbeddedAws, logs: Logs) -> None:
    aws.client("logs").create_log_group(logGroupName="/several")
    for stream in ("main-1", "side-1", "main-2"):
        write(aws, "/several", stream, f"of {stream}")
    options = {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/several"}}}
    now = [{"name": name, "logStreamName": f"{name}-2", **options} for name in ("main", "side")]
    first = [{"name": name, "logStreamName": f"{name}-1"} for name in ("main", "side")]
    job = {
        "ecsProperties": {"taskProperties": [{"containers": now}]},
        "attempts": [{"taskProperties": [{"containers": first}]}],
    }
    assert list(logs.new_lines(job)) == [
        ("attempt 1, container main", "of main-1"),
        ("attempt 1, container side", "of side-1"),
        ("attempt 2, container main", "of main-2"),
    ]
