"""The query language of CloudWatch Logs Insights, by the examples of AWS's pages and those that dashboards need."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.local.logs.insights import QueryError, Row, parsed
from constructs_lib.local.logs.insights.values import Moment

MINUTE = 60_000
DAY = 1_700_006_400_000
"""2023-11-15, in milliseconds."""


def event(name: str, status: str, **more: Any) -> str:
    detail = {"jobName": name, "status": status, "container": {"vcpus": 2}, **more}
    return json.dumps({"detail-type": "Batch Job State Change", "detail": detail})


EVENTS = [
    event("a-1", "SUCCEEDED", startedAt=DAY, stoppedAt=DAY + 10_000, attempts=[{"exitCode": 0}]),
    event("a-2", "FAILED", startedAt=DAY, stoppedAt=DAY + 30_000, statusReason="Out of memory"),
    event("b-1", "FAILED", startedAt=DAY, stoppedAt=DAY + 20_000, statusReason="Host EC2 (i-1) terminated."),
    event("b-2", "RUNNING", startedAt=DAY),
    "plain user=ada, method:GET, latency := 12",
    "plain user=bob, method:PUT, latency := 30",
]


def answered(query: str, events: list[str] | None = None, most: int = 10_000) -> list[dict[str, str]]:
    """What a query makes of events, one a minute."""
    rows = [
        Row({"@timestamp": Moment(DAY + place * MINUTE), "@message": text, "@logStream": f"s{place % 2}"}, text)
        for place, text in enumerate(EVENTS if events is None else events)
    ]
    read = parsed(query)
    return [row.shown(read.names) for row in read.run(iter(rows), most)]


def column(query: str, name: str) -> list[str | None]:
    return [row.get(name) for row in answered(query)]


def test_events_are_shown_the_last_one_first_with_the_fields_that_are_asked_for() -> None:
    found = answered("fields @timestamp, detail.jobName as job, detail.attempts.0.exitCode, `detail-type` | limit 6")
    assert found[-1] == {
        "@timestamp": "2023-11-15 00:00:00.000",
        "job": "a-1",
        "detail.attempts.0.exitCode": "0",
        "detail-type": "Batch Job State Change",
    }
    assert found[0] == {"@timestamp": "2023-11-15 00:05:00.000"}


def test_a_query_without_fields_shows_times_and_messages() -> None:
    assert answered('filter detail.jobName = "a-1"') == [
        {"@timestamp": "2023-11-15 00:00:00.000", "@message": EVENTS[0]}
    ]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('detail.status = "FAILED"', ["b-1", "a-2"]),
        ('detail.status != "FAILED"', ["b-2", "a-1"]),
        ("detail.status like /^F/", ["b-1", "a-2"]),
        ("detail.status =~ /(?i)failed/", ["b-1", "a-2"]),
        ('detail.jobName like "b-"', ["b-2", "b-1"]),
        ('detail.jobName not like "b-" and ispresent(detail.jobName)', ["a-2", "a-1"]),
        ('detail.status in ["RUNNING", "SUCCEEDED"]', ["b-2", "a-1"]),
        ('detail.status not in ["RUNNING", "SUCCEEDED"]', ["b-1", "a-2"]),
        ("detail.stoppedAt - detail.startedAt > 10 * 1000", ["b-1", "a-2"]),
        ("(detail.stoppedAt - detail.startedAt) / 1000 >= 20 and not detail.jobName = 'b-1'", ["a-2"]),
        ('detail.status = "RUNNING" or detail.container.vcpus > 2', ["b-2"]),
        ("not ispresent(detail.stoppedAt) and ispresent(detail)", ["b-2"]),
        ("strcontains(detail.statusReason, 'memory')", ["a-2"]),
        ("isempty(detail.statusReason) and @logStream = 's0'", [None, "a-1"]),
    ],
)
def test_a_filter(condition: str, names: list[str | None]) -> None:
    assert column(f"fields detail.jobName | filter {condition}", "detail.jobName") == names


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("abs(3 - 5)", "2"),
        ("2 ^ 3", "8"),
        ("10 % 3", "1"),
        ("7 / 2", "3.5"),
        ("1 / 3", "0.3333"),
        ("1 / 0", None),
        ("ceil(1.2) + floor(1.8)", "3"),
        ("sqrt(16)", "4"),
        ("greatest(1, 3, 2)", "3"),
        ("least('b', 'a')", "a"),
        ("coalesce(gone, detail.jobName, 'x')", "a-1"),
        ("concat(detail.jobName, ':', detail.status)", "a-1:SUCCEEDED"),
        ("toupper('a') ", "A"),
        ("tolower('AB')", "ab"),
        ("trim('  x ')", "x"),
        ("ltrim('xyZfooxyZ', 'xyZ')", "fooxyZ"),
        ("rtrim('xyZfooxyZ', 'xyZ')", "xyZfoo"),
        ("substr('xyZfooxyZ', 3, 3)", "foo"),
        ("substr('abc', 1)", "bc"),
        ("replace('foo', 'o', '0')", "f00"),
        ("strlen('añb')", "3"),
        ("strcontains('abc', 'b')", "1"),
        ("isblank(' ')", "1"),
        ("ispresent(gone)", "0"),
        ("fromMillis(0)", "1970-01-01 00:00:00.000"),
        (f"toMillis(@timestamp) - {DAY}", "0"),
        ("fromMillis(detail.stoppedAt)", "2023-11-15 00:00:10.000"),
        ("datefloor(fromMillis(detail.stoppedAt), 1h)", "2023-11-15 00:00:00.000"),
        ("dateceil(fromMillis(detail.stoppedAt), 1h)", "2023-11-15 01:00:00.000"),
        ("datefloor(@timestamp, 1mo)", "2023-11-01 00:00:00.000"),
        ("datefloor(@timestamp, 1w)", "2023-11-13 00:00:00.000"),
        ("dateceil(@timestamp, 1y)", "2024-01-01 00:00:00.000"),
        ("bin(5m)", "2023-11-15 00:00:00.000"),
        ("isIpv4InSubnet('10.0.0.7', '10.0.0.0/24')", "1"),
        ("isValidIp('10.0.0')", "0"),
        ("-2 * -3", "6"),
        ("(1 + 2) * 3", "9"),
    ],
)
def test_an_expression(expression: str, expected: str | None) -> None:
    [row] = answered(f"fields {expression} as x", EVENTS[:1])
    assert row.get("x") == expected


def test_rows_are_counted_by_groups() -> None:
    found = answered("stats count(*) as jobs, count(detail.stoppedAt) by detail.status | sort jobs desc, detail.status")
    assert found == [
        {"detail.status": "FAILED", "jobs": "2", "count(detail.stoppedAt)": "2"},
        {"jobs": "2", "count(detail.stoppedAt)": "0"},
        {"detail.status": "RUNNING", "jobs": "1", "count(detail.stoppedAt)": "0"},
        {"detail.status": "SUCCEEDED", "jobs": "1", "count(detail.stoppedAt)": "1"},
    ]


def test_rows_are_counted_by_time_the_last_first() -> None:
    found = answered("stats count() by bin(2m)")
    assert [row["bin(2m)"][11:16] for row in found] == ["00:04", "00:02", "00:00"]
    assert {row["count()"] for row in found} == {"2"}


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("sum(n)", "10"),
        ("avg(n)", "2.5"),
        ("min(n)", "1"),
        ("max(n)", "4"),
        ("pct(n, 50)", "2.5"),
        ("pct(n, 100)", "4"),
        ("stddev(n)", "1.118"),
        ("count_distinct(n % 2)", "2"),
        ("earliest(n)", "1"),
        ("latest(n)", "4"),
        ("sortsFirst(word)", "four"),
        ("sortsLast(word)", "two"),
        ("sum(n) / count(*)", "2.5"),
        ("100 * sum(n = 4) / count(*)", "25"),
        ("ceil(avg(n))", "3"),
        ("max(gone)", None),
        ("count(gone)", "0"),
    ],
)
def test_an_aggregate(aggregate: str, expected: str | None) -> None:
    events = [json.dumps({"n": n, "word": word}) for n, word in enumerate(("one", "two", "three", "four"), 1)]
    [row] = answered(f"stats {aggregate} as x", events)
    assert row.get("x") == expected


def test_statistics_of_statistics() -> None:
    query = "stats count(*) as n by detail.status as status, bin(10m) | stats max(n) as most, count(*) as groups"
    assert answered(query) == [{"most": "2", "groups": "4"}]


def test_what_is_counted_of_nothing_is_nothing() -> None:
    assert answered("stats count(*) as n", []) == [{"n": "0"}]
    assert answered("stats count(*) as n by @logStream", []) == []


@pytest.mark.parametrize(
    "command",
    [
        'parse @message "user=*, method:*, latency := *" as user, method, latency',
        "parse @message /user=(?<user>[a-z]+), method:(?<method>[A-Z]+), latency := (?<latency>\\d+)/",
        'parse "user=*, method:*, latency := *" as user, method, latency',
    ],
)
def test_text_is_parsed(command: str) -> None:
    found = answered(f"{command} | filter ispresent(user) | stats avg(latency) as ms by method, user | sort ms desc")
    assert found == [{"method": "PUT", "user": "bob", "ms": "30"}, {"method": "GET", "user": "ada", "ms": "12"}]


def test_duplicates_are_left_out_and_columns_chosen() -> None:
    query = "fields @timestamp, detail.status as status | filter ispresent(status) | dedup status | display status"
    assert answered(query) == [{"status": "RUNNING"}, {"status": "FAILED"}, {"status": "SUCCEEDED"}]
    first = "fields detail.jobName as name | sort @timestamp asc | dedup detail.status | limit 2 | display name"
    assert answered(first) == [{"name": "a-1"}, {"name": "a-2"}]


def test_rows_are_sorted_by_several_columns_and_those_without_a_value_are_last() -> None:
    query = "fields detail.jobName as name | sort detail.status desc, name asc"
    assert column(query, "name")[:4] == ["a-1", "b-2", "a-2", "b-1"]
    assert column("fields detail.stoppedAt as at | sort at", "at")[3:] == [None, None, None]


def test_no_more_rows_are_answered_than_are_asked_for() -> None:
    assert len(answered("fields @message", most=2)) == 2
    assert column("fields @timestamp | limit 1", "@timestamp") == ["2023-11-15 00:05:00.000"]


def test_comments_and_lines_are_as_blanks() -> None:
    assert answered("# how many\nstats count(*) as n # of all\n| limit 1") == [{"n": "6"}]


@pytest.mark.parametrize(
    ("query", "told", "place"),
    [
        ("", "unexpected symbol found <EOF> at line 1 and position 0", 0),
        ("select *", "unexpected symbol found select at line 1 and position 0", 0),
        ("fields @message | explode x", "unexpected symbol found explode at line 1 and position 18", 18),
        ("fields @message |\n  filter nosuch(1)", "unexpected symbol found nosuch at line 2 and position 9", 27),
        ("filter a =", "unexpected symbol found <EOF> at line 1 and position 10", 10),
        ("stats count(*) by bin(5x)", "unexpected symbol found 5x at line 1 and position 22", 22),
        ("limit x", "unexpected symbol found x at line 1 and position 6", 6),
        ("fields a b", "unexpected symbol found b at line 1 and position 9", 9),
        ("filter a like b", "unexpected symbol found b at line 1 and position 14", 14),
        ("parse @message /(?<a>x/", "unexpected symbol found <EOF> at line 1 and position 23", 23),
    ],
)
def test_what_is_no_query_is_refused_where_it_is_wrong(query: str, told: str, place: int) -> None:
    with pytest.raises(QueryError) as refused:
        parsed(query)
    assert (str(refused.value), refused.value.place) == (told, place)


def test_a_command_that_is_not_emulated_is_not_taken_for_a_mistake() -> None:
    with pytest.raises(NotImplementedError, match="pattern"):
        parsed("pattern @message")


@given(st.lists(st.integers(0, 5), max_size=30))
def test_groups_have_all_rows_between_them(values: list[int]) -> None:
    events = [json.dumps({"n": value}) for value in values]
    found = answered("stats count(*) as c, sum(n) as s by n", events)
    assert sum(int(row["c"]) for row in found) == len(values)
    assert sum(int(row["s"]) for row in found) == sum(values)
    assert len(found) == len(set(values))
