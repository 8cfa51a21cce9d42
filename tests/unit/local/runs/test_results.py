"""Where the results of an execution are found, and what of that is one."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from constructs_lib.local.runs.outcome import JobOutcome
from constructs_lib.local.runs.results import last, results_of_execution, results_of_jobs

OBJECTS = {
    "one/results/0.json": "1",
    "one/results/2.json": '{"two": 2}',
    "one/results/summary.json": "7",
    "two/results/0.json": '"b"',
    "two/results/1.json": "no JSON",
}
ONE, TWO = "s3://results/one/results", "s3://results/two/results"
ONCE = {"States": {"Work: Check outcome": {}, "Work: Plan jobs": {"Output": "resultsUri"}}}
TWICE = {"States": {**ONCE["States"], "More: Check outcome": {}}}


class Account:
    """S3 and Step Functions as far as they are asked."""

    def __init__(self, definition: Any = None, outputs: list[Any] | None = None) -> None:
        self.definition, self.outputs, self.read = json.dumps(definition, separators=(",", ":")), outputs or [], 0

    def __call__(self, _: str) -> "Account":
        return self

    def get_paginator(self, operation: str) -> Any:
        return _Pages(self._objects if operation == "list_objects_v2" else self._history)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert Bucket == "results"
        return {"Body": io.BytesIO(OBJECTS[Key].encode())}

    def describe_state_machine_for_execution(self, **_: str) -> dict[str, Any]:
        return {"definition": self.definition}

    def _objects(self, *, Bucket: str, Prefix: str) -> list[Any]:  # noqa: N803 - as above
        if not Bucket:
            raise ParamValidationError(report="no bucket")
        if Bucket != "results":
            raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "ListObjectsV2")
        return [{"Contents": [{"Key": key} for key in OBJECTS if key.startswith(Prefix)]}]

    def _history(self, **_: Any) -> list[Any]:
        self.read += 1
        exits = [{"stateExitedEventDetails": {"output": json.dumps(output)}} for output in self.outputs]
        return [{"events": [{"executionStartedEventDetails": {}}, *exits]}]


class _Pages:
    def __init__(self, pages: Any) -> None:
        self._pages = pages

    def paginate(self, **request: Any) -> Any:
        yield from self._pages(**request)


def job(**environment: str) -> JobOutcome:
    return JobOutcome("8e", "Job", None, "SUCCEEDED", 0, 1, None, None, environment=environment)


def execution(**members: Any) -> dict[str, Any]:
    return {"executionArn": "arn:…", **{name: json.dumps(value) for name, value in members.items()}}


def test_the_summary_that_is_the_output_or_the_cause_says_where_and_no_history_is_read() -> None:
    account = Account(ONCE)
    for member in ("output", "cause"):
        found = results_of_execution(account, execution(**{member: {"resultsUri": ONE}}), [])
        assert found == {ONE: {0: 1, 2: {"two": 2}}}
    assert account.read == 0


def test_states_that_follow_the_fan_out_or_wrap_it_hide_nothing() -> None:
    account = Account(ONCE, [{"resultsUri": ONE, "total": 3}, {"sent": True}])
    assert last(results_of_execution(account, execution(output={"sent": True}), [])) == {0: 1, 2: {"two": 2}}
    assert results_of_execution(account, execution(output=[{"resultsUri": ONE}, {"resultsUri": TWO}]), []) == {
        ONE: {0: 1, 2: {"two": 2}},
        TWO: {0: "b"},
    }


def test_of_several_fan_outs_the_one_that_ended_last_is_last() -> None:
    account = Account(TWICE, [{"resultsUri": TWO}, {"resultsUri": ONE}, {"resultsUri": ONE, "failed": 0}])
    found = results_of_execution(account, execution(output={"resultsUri": ONE}), [])
    assert list(found) == [TWO, ONE]
    assert last(found) == {0: 1, 2: {"two": 2}}


def test_jobs_of_no_fan_out_say_where_they_write() -> None:
    account = Account({"States": {"Plan": {}}})
    assert results_of_execution(account, execution(output={}), [job(RESULTS_URI=ONE), job()]) == {
        ONE: {0: 1, 2: {"two": 2}}
    }
    assert account.read == 0
    assert last(results_of_jobs(account, [job()])) == {}


@pytest.mark.parametrize("uri", ["s3://elsewhere/x", "s3://", "s3:///x", "https://results/one", "7", ""])
def test_a_place_that_is_none_has_no_results(uri: str) -> None:
    assert last(results_of_jobs(Account(), [job(RESULTS_URI=uri)])) == {}
