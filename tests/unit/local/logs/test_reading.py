"""Events of files by the operations of CloudWatch Logs: in pages, by time, of one stream or of many."""

import gzip
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from moto.core.utils import unix_time_millis, utcnow
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.s3.models import s3_backends

from constructs_lib.local.logs import LogsBackend

ACCOUNT, REGION = "123456789012", "us-east-1"
GROUP = "/jobs"
MEGABYTE = 1024 * 1024

Page = tuple[list[str], str, str]


class Service:
    """CloudWatch Logs with one group, whose streams have files."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.backend = LogsBackend(REGION, ACCOUNT)
        self.backend.create_log_group(GROUP, {})

    def write(self, stream: str, *lines: str, now: float) -> None:
        """Write lines into a stream's file, and let them be seen."""
        streams = self.backend.groups[GROUP].streams
        path = self.directory / stream
        if stream not in streams:
            self.backend.create_log_stream(GROUP, stream)
            streams[stream].follow(path)
        with path.open("a") as file:
            file.writelines(f"{line}\n" for line in lines)
        while streams[stream].take(now):
            pass

    def get(
        self,
        stream: str = "stream",
        token: str | None = None,
        *,
        limit: int | None = None,
        start: int | None = None,
        end: int | None = None,
        head: bool = True,
    ) -> Page:
        events, back, forth = self.backend.get_log_events(GROUP, None, stream, start, end, limit, token, head)
        return [event["message"] for event in events], back, forth

    def filter(self, token: str | None = None, **options: Any) -> tuple[list[str], str | None]:
        """A page of FilterLogEvents, each event as its stream and its message."""
        request: dict[str, Any] = {"streams": [], "start": None, "end": None, "limit": None, "pattern": None, **options}
        found, following, _ = self.backend.filter_log_events(
            GROUP,
            request["streams"],
            request["start"],
            request["end"],
            request["limit"],
            token,
            request["pattern"],
            False,  # noqa: FBT003 as moto has it
        )
        return [f"{event['logStreamName']} {event['message']}" for event in found], following

    def all_filtered(self, **options: Any) -> Iterator[list[str]]:
        """The pages of FilterLogEvents."""
        page, token = self.filter(**options)
        yield page
        while token:
            page, token = self.filter(token, **options)
            yield page


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


def test_pages_go_on_where_the_one_before_ended_in_both_directions(service: Service) -> None:
    service.write("stream", *"abcde", now=1)
    first = service.get(limit=2)
    second = service.get(token=first[2], limit=2)
    third = service.get(token=second[2], limit=2)
    assert [page[0] for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert service.get(token=third[1], limit=3)[0] == ["b", "c", "d"]
    assert service.get(token=first[1])[0] == []


def test_at_both_ends_the_token_is_the_one_that_was_given_and_new_events_follow(service: Service) -> None:
    service.write("stream", now=1)
    _, back, forth = service.get()
    assert service.get(token=forth) == ([], back, forth)
    service.write("stream", "a", now=2)
    page, back, forth = service.get(token=forth)
    assert page == ["a"]
    assert service.get(token=forth)[2] == forth
    assert service.get(token=back)[1] == back
    service.write("stream", "b", now=3)
    assert service.get(token=forth)[0] == ["b"]


def test_without_a_start_the_last_events_come(service: Service) -> None:
    service.write("stream", *"abcde", now=1)
    page, back, _ = service.get(limit=2, head=False)
    assert page == ["d", "e"]
    assert service.get(token=back, limit=2)[0] == ["b", "c"]


@pytest.mark.parametrize("token", ["f/x", "g/0", "f/-1", "f/²", "f/0 ", "nonsense"])
def test_a_token_that_is_none_is_refused(service: Service, token: str) -> None:
    service.write("stream", "a", now=1)
    with pytest.raises(InvalidParameterException):
        service.get(token=token)


def test_events_are_chosen_by_their_times(service: Service) -> None:
    for now, line in enumerate("abc", 1):
        service.write("stream", line, now=now)
    # Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html: the end is out
    assert service.get(start=2000, end=3000)[0] == ["b"]
    assert service.get(start=2000, end=3000, head=False)[0] == ["b"]
    # Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html: it is in
    assert service.filter(start=2000, end=3000)[0] == ["stream b", "stream c"]


def test_a_page_has_a_megabyte_at_most(service: Service) -> None:
    lines = [f"{number} {'x' * 100_000}" for number in range(25)]
    service.write("stream", *lines, now=1)
    forward, token = [], None
    while page := service.get(token=token):
        if page[2] == token:
            break
        token = page[2]
        assert sum(map(len, page[0])) < MEGABYTE
        forward += page[0]
    assert forward == lines
    page = service.get(head=False)
    backward = page[0]
    while page[0]:
        assert sum(map(len, page[0])) < MEGABYTE
        page = service.get(token=page[1])
        backward = page[0] + backward
    assert backward == lines
    assert [len(page) for page in service.all_filtered()] == [10, 10, 5]


def test_a_line_that_is_longer_than_an_event_is_several_without_a_loss(service: Service) -> None:
    line = "".join(f"{number:06} ä🙂" for number in range(100_000))
    service.write("stream", line, "next", now=1)
    pages = [service.get()]
    while pages[-1][0]:
        pages.append(service.get(token=pages[-1][2]))
    events = [event for page in pages for event in page[0]]
    assert "".join(events[:-1]) == line
    assert events[-1] == "next"
    assert max(len(event.encode()) for event in events) <= 262_118


def test_events_that_somebody_puts_into_the_stream_of_a_file_stand_at_their_times(service: Service) -> None:
    now = int(unix_time_millis(utcnow())) // 1000
    service.write("stream", "a", now=now)
    service.write("stream", "c", now=now + 2)
    service.backend.put_log_events(GROUP, "stream", [{"timestamp": (now + 1) * 1000, "message": "b"}])
    assert service.get()[0] == ["a", "b", "c"]
    assert service.get(limit=2, head=False)[0] == ["b", "c"]
    assert service.filter(start=(now + 1) * 1000)[0] == ["stream b", "stream c"]
    [described], _ = service.backend.groups[GROUP].describe_log_streams(False, GROUP, "", "LogStreamName", 50)  # noqa: FBT003 as moto has it
    assert (described["firstEventTimestamp"], described["lastEventTimestamp"]) == (now * 1000, (now + 2) * 1000)


def test_a_message_that_is_no_unicode_can_be_put_and_read(service: Service) -> None:
    now = int(unix_time_millis(utcnow()))
    service.backend.create_log_stream(GROUP, "put")
    service.backend.put_log_events(GROUP, "put", [{"timestamp": now, "message": "half \ud83d"}])
    assert service.get("put")[0] == ["half \ud83d"]
    assert service.filter()[0] == ["put half \ud83d"]


def test_events_of_several_streams_come_by_their_times_in_pages_of_any_size(service: Service) -> None:
    for now in range(1, 5):
        for stream in ("one", "two", "three"):
            service.write(stream, *(f"{now}.{number}" for number in range(now)), now=now)
    expected = [
        f"{stream} {now}.{number}" for now in range(1, 5) for stream in ("one", "two", "three") for number in range(now)
    ]
    assert service.filter()[0] == expected
    for limit in (1, 2, 7, 29, 30):
        assert list(chain(*service.all_filtered(limit=limit))) == expected
    late_of_two = [item for item in expected if item.startswith(("two 3", "two 4"))]
    assert service.filter(streams=["two"], start=3000)[0] == late_of_two


def test_ids_of_events_are_their_own(service: Service) -> None:
    for stream in ("one", "two"):
        service.write(stream, "a", "b", now=1)
    found, _, searched = service.backend.filter_log_events(GROUP, [], None, None, None, None, None, False)  # noqa: FBT003 as moto has it
    assert len({event["eventId"] for event in found}) == 4
    assert searched == [{"logStreamName": name, "searchedCompletely": True} for name in ("one", "two")]


def test_what_is_rare_is_found_in_the_end_though_one_answer_looks_through_a_part(service: Service) -> None:
    service.write("stream", *("x" * 1000 for _ in range(40_000)), "the needle", now=1)
    pages = list(service.all_filtered(pattern="needle"))
    assert len(pages) == 3
    assert list(chain(*pages)) == ["stream the needle"]


@pytest.mark.parametrize("token", ["nonsense", "/other@1@1@1", "/jobs@1@1", "/jobs@a@1@1"])
def test_a_token_that_is_none_finds_nothing(service: Service, token: str) -> None:
    service.write("stream", "a", now=1)
    assert service.filter(token) == ([], None)


def test_a_stream_that_is_gone_between_two_pages_leaves_the_others(service: Service) -> None:
    for stream in ("one", "two", "three"):
        service.write(stream, "a", now=1)
    page, token = service.filter(limit=1)
    assert page == ["one a"]
    for stream in ("one", "two"):
        service.backend.delete_log_stream(GROUP, stream)
    assert service.filter(token) == (["three a"], None)


def test_streams_are_described_by_what_is_in_their_files(service: Service) -> None:
    service.write("stream", now=1)
    described = service.backend.groups[GROUP].streams["stream"].to_describe_dict()
    assert "firstEventTimestamp" not in described
    service.write("stream", "abc", now=2)
    service.write("stream", "d", now=3)
    described = service.backend.groups[GROUP].streams["stream"].to_describe_dict()
    assert (described["firstEventTimestamp"], described["lastEventTimestamp"]) == (2000, 3000)
    assert described["storedBytes"] == 6
    assert described["lastIngestionTime"]


@pytest.mark.parametrize(
    ("order", "descending", "prefix", "expected"),
    [
        ("LogStreamName", False, "", ["a", "b1", "b2", "c"]),
        ("LogStreamName", True, "b", ["b2", "b1"]),
        ("LastEventTime", False, "", ["c", "b2", "b1", "a"]),
        ("LastEventTime", True, "", ["a", "b1", "b2", "c"]),
    ],
)
def test_streams_are_listed_in_pages_by_name_or_by_their_last_event(
    service: Service, order: str, prefix: str, expected: list[str], *, descending: bool
) -> None:
    for now, stream in enumerate(("c", "b2", "b1", "a")):
        service.write(stream, *["line"] * bool(now), now=now)
    found, token = [], None
    while True:
        page, token = service.backend.describe_log_streams(descending, 1, GROUP, "", prefix, token, order)
        found += [stream["logStreamName"] for stream in page]
        if token is None:
            break
    assert found == expected
    assert service.backend.describe_log_streams(False, 1, GROUP, "", "", f"{GROUP}@gone", order) == ([], None)  # noqa: FBT003 as moto has it


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fields @message", ["three c", "two b", "one a"]),
        ("fields @message | sort @timestamp asc | limit 2", ["one a", "two b"]),
        ("fields @message | sort @timestamp desc | limit 1", ["three c"]),
    ],
)
def test_queries_choose_by_time(service: Service, query: str, expected: list[str]) -> None:
    for now, (stream, line) in enumerate([("one", "a"), ("two", "b"), ("three", "c")], 1):
        service.write(stream, f"{stream} {line}", now=now)
    query_id = service.backend.start_query([GROUP], 0, 10, query)
    results = service.backend.get_query_results(query_id).to_result_json()["results"]
    assert [field["value"] for result in results for field in result if field["field"] == "@message"] == expected
    with pytest.raises(ResourceNotFoundException):
        service.backend.start_query(["/none"], 0, 10, query)


def test_a_query_is_of_a_time(service: Service) -> None:
    for now in range(1, 5):
        service.write("stream", str(now), now=now)
    query_id = service.backend.start_query([GROUP], 2, 3, "fields @message")
    results = service.backend.get_query_results(query_id).to_result_json()["results"]
    assert [result[1]["value"] for result in results] == ["3", "2"]


def test_a_tail_shows_so_many_events_and_says_that_there_are_more(service: Service) -> None:
    service.write("stream", *(f"line {number}" for number in range(501)), "other", now=1)
    arn = service.backend.groups[GROUP].arn
    for pattern, is_sampled in ((None, True), ("line", True), ("other", False)):
        _, update = service.backend.start_live_tail([arn], None, None, pattern)
        assert update["sessionMetadata"]["sampled"] is is_sampled
        assert len(update["sessionResults"]) == (500 if is_sampled else 1)
    assert update["sessionResults"][0]["message"] == "other"


def test_an_export_has_all_events_in_objects_of_some_size(service: Service) -> None:
    bucket = s3_backends[ACCOUNT]["aws"]
    bucket.create_bucket("exported", REGION)
    try:
        service.write("stream", *("x" * 1000 for _ in range(20_000)), now=1.5)
        service.backend.create_export_task("export", GROUP, "exported", "prefix", 0, 2000)
        keys = [key for name, key in bucket.get_bucket("exported").keys.items() if name.startswith("prefix/")]
        content = b"".join(gzip.decompress(key.value) for key in keys)
        assert len(keys) == 2
        assert content == f"1970-01-01T00:00:01.500Z {'x' * 1000}\n".encode() * 20_000
        [task] = service.backend.describe_export_tasks("")
        assert task.status["code"] == "COMPLETED"
    finally:
        s3_backends.reset()


def test_who_subscribed_gets_what_is_written_to_files(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, list[str]]] = []
    service.write("stream", "before", now=1)

    def send(_service: str, _arn: str, name: str, events: list[dict[str, Any]]) -> None:
        sent.append((name, [event["message"] for event in events]))

    monkeypatch.setattr(service.backend.groups[GROUP].streams["stream"], "_send_log_events", send)
    service.backend.groups[GROUP].put_subscription_filter("mine", "", "arn:aws:lambda:us-east-1:1:function:f", "")
    service.write("stream", "one", "two", now=2)
    service.write("stream", now=3)
    assert sent == [("mine", ["one", "two"])]


def test_streams_that_several_look_at_take_everything_in_once(service: Service) -> None:
    lines = [str(number) for number in range(100_000)]
    service.write("stream", now=1)
    (service.directory / "stream").write_text("".join(f"{line}\n" for line in lines))
    stream = service.backend.groups[GROUP].streams["stream"]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(stream.take, range(1, 9)))
    assert stream.to_describe_dict()["storedBytes"] == sum(len(line) + 1 for line in lines)
    assert [message for page in service.all_filtered() for message in page] == [f"stream {line}" for line in lines]


def test_a_subscriber_that_is_gone_is_told_of_and_keeps_nobody_from_reading(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.backend.groups[GROUP].put_subscription_filter("mine", "", "arn:aws:lambda:us-east-1:1:function:f", "")
    service.write("stream", "one", now=1)
    assert service.get()[0] == ["one"]
    assert "subscription filter mine of /jobs" in caplog.text


@pytest.mark.parametrize("named", [lambda group: group.name, lambda group: group.arn, lambda group: f"{group.arn}:*"])
def test_an_identifier_names_one_of_several_groups(service: Service, named: Callable[[Any], str]) -> None:
    service.write("stream", "mine", now=1)
    service.backend.create_log_group("/another", {})
    service.backend.create_log_stream("/another", "stream")
    identifier = named(service.backend.groups[GROUP])
    events, *_ = service.backend.get_log_events(None, identifier, "stream", None, None, None, None, True)  # noqa: FBT003 as moto has it
    assert [event["message"] for event in events] == ["mine"]
    with pytest.raises(InvalidParameterException):
        service.backend.get_log_events(GROUP, identifier, "stream", None, None, None, None, True)  # noqa: FBT003 as moto has it
