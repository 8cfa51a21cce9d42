"""Lines of many streams are read together, each once, and what is not there is told."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.ops.logs.job_logs import Logs, LogSource, Tail, sources_of, why_none
from tests.unit.ops.aws_of_tests import MadeUp, client_error


class Written(MadeUp):
    """CloudWatch Logs with some streams: time and text of each line."""

    def __init__(self, **streams: list[tuple[int, str]]) -> None:
        super().__init__(filter_log_events=self._filter, get_log_events=self._get)
        self.streams = streams
        self.groups = {"group"}

    def _filter(self, *, logGroupName: str, logStreamNames: list[str], startTime: int) -> dict[str, Any]:  # noqa: N803
        self._check(logGroupName, logStreamNames)
        events = [
            {"eventId": f"{name}-{number}", "logStreamName": name, "timestamp": time, "message": text}
            for name in logStreamNames
            for number, (time, text) in enumerate(self.streams[name])
            if time >= startTime
        ]
        return {"events": sorted(events, key=lambda event: event["timestamp"])}

    def _get(self, *, logGroupName: str, logStreamName: str, limit: int, startFromHead: bool) -> Any:  # noqa: N803
        self._check(logGroupName, [logStreamName])
        assert not startFromHead
        events = [{"timestamp": time, "message": text} for time, text in self.streams[logStreamName]]
        return {"events": events[-limit:]}

    def _check(self, group: str, streams: list[str]) -> None:
        if group not in self.groups:
            raise not_found("group")
        if set(streams) - self.streams.keys():
            raise not_found("stream")


def not_found(what: str) -> ClientError:
    error = client_error("ResourceNotFoundException")
    message = f"The specified log {what} does not exist."
    return ClientError({"Error": {**error.response["Error"], "Message": message}}, "FilterLogEvents")


def source(stream: str, group: str = "group") -> LogSource:
    return LogSource(stream, stream, None, 1, None, group, stream)


def texts(lines: Any) -> list[str]:
    return [line.text for line in lines]


def test_lines_of_several_streams_are_interleaved_by_time() -> None:
    account = Written(a=[(1, "a1"), (3, "a3")], b=[(2, "b2")])
    lines = [*Logs(account).lines([source("a"), source("b")])]  # type: ignore[arg-type]
    assert texts(lines) == ["a1", "b2", "a3"]
    assert lines[0].time == datetime.fromtimestamp(0.001, UTC)


def test_a_thousand_streams_are_ten_calls() -> None:
    account = Written(**{f"s{number}": [(number, f"{number}")] for number in range(1_000)})
    lines = Logs(account).lines([source(f"s{number}") for number in range(1_000)])  # type: ignore[arg-type]
    assert texts(lines) == [f"{number}" for number in range(1_000)]
    assert len(account.calls) == 10


def test_streams_that_are_not_there_hide_no_others() -> None:
    account = Written(a=[(1, "a")], c=[(3, "c")])
    logs = Logs(account)  # type: ignore[arg-type]
    assert texts(logs.lines([source(name) for name in "abcd"])) == ["a", "c"]
    assert [*logs.missing] == [f"{name}: the log stream {name} does not exist (yet)" for name in "bd"]


def test_a_log_group_that_was_deleted_is_told_once() -> None:
    account = Written(a=[(1, "a")])
    logs = Logs(account)  # type: ignore[arg-type]
    sources = [source("a"), source("b", "gone"), source("c", "gone")]
    assert texts(logs.lines(sources)) == ["a"]
    assert logs.last(sources[1], 3) == []
    assert [*logs.missing] == ["the log group gone does not exist (any more), so that nothing can be read of it"]


def test_what_is_refused_is_raised() -> None:
    def refuse(**_: Any) -> None:
        raise client_error("AccessDeniedException")

    with pytest.raises(ClientError, match="AccessDeniedException"):
        [*Logs(MadeUp(filter_log_events=refuse)).lines([source("a")])]  # type: ignore[arg-type]


def test_the_last_lines_of_a_stream_are_one_call() -> None:
    account = Written(a=[(number, f"{number}") for number in range(50)])
    assert texts(Logs(account).last(source("a"), 2)) == ["48", "49"]  # type: ignore[arg-type]


def test_a_tail_has_each_line_once_also_those_that_arrive_late() -> None:
    account = Written(a=[(100_000, "first")])
    tail = Tail(Logs(account))  # type: ignore[arg-type]
    assert texts(tail.new([source("a")])) == ["first"]
    account.streams["a"] += [(99_000, "late"), (101_000, "next")]
    account.streams["b"] = [(5, "early")]
    assert texts(tail.new([source("a"), source("b")])) == ["early", "late", "next"]
    assert texts(tail.new([source("a"), source("b")])) == []


def job(**more: Any) -> dict[str, Any]:
    return {"jobId": "id", "jobName": "render", "status": "FAILED", **more}


def container(stream: str | None, name: str | None = None, **more: Any) -> dict[str, Any]:
    own = {"logStreamName": stream, "name": name, **more}
    return {key: value for key, value in own.items() if value is not None}


GROUP = {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "ours"}}}


def test_each_attempt_has_a_stream_and_the_last_one_may_be_chosen() -> None:
    described = job(
        container=container("b", **GROUP), attempts=[{"container": container("a")}, {"container": container("b")}]
    )
    assert [(found.attempt, found.stream, found.group) for found in sources_of(described)] == [
        (1, "a", "ours"),
        (2, "b", "ours"),
    ]
    assert [found.stream for found in sources_of(described, -1)] == ["b"]
    assert [found.stream for found in sources_of(described, 1)] == ["a"]
    assert sources_of(described, 3) == []


def test_each_of_several_containers_has_a_stream_and_a_name() -> None:
    of_tasks = {"taskProperties": [{"containers": [container("x", "main", **GROUP), container("y", "side")]}]}
    found = sources_of(job(ecsProperties=of_tasks, arrayProperties={"index": 4}))
    assert [(one.shown, one.group, one.stream) for one in found] == [
        ("render[4]/main", "ours", "x"),
        ("render[4]/side", "/aws/batch/job", "y"),
    ]


@pytest.mark.parametrize(
    ("described", "words"),
    [
        (job(container={"logConfiguration": {"logDriver": "splunk"}}), "writes by the log driver splunk"),
        (job(container=GROUP, status="RUNNABLE"), "is RUNNABLE, and has not written anything yet"),
        (job(container=GROUP, statusReason="Dependent Job failed"), "never started, .*: Dependent Job failed"),
    ],
)
def test_why_a_job_has_no_lines_is_told(described: dict[str, Any], words: str) -> None:
    assert re.search(words, why_none(described))
