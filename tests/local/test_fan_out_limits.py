"""Lists at the limits of their fan-out: arrays that run side by side, and histories that are as long as counted."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from constructs_lib.workflows.fan_out.map.iterations import EVENTS_PER_ITEM
from tests.local.worker_threads import WorkerThreads
from worker import strict_json

pytestmark = pytest.mark.local

Run = Callable[[str, Any], Outcome]


class ThriftyThreads(WorkerThreads):
    """Read and parse each list once, and write no results: thousands of jobs share one list."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = False
        self._get = cache(super()._get)  # type: ignore[method-assign]


@pytest.fixture(scope="module")
def threads() -> Iterator[WorkerThreads]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strict_json, "parse", cache(strict_json.parse))
        yield ThriftyThreads()


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory, threads: WorkerThreads) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run"), runner=threads) as made:
        threads.s3 = made.client("s3")
        yield made


@pytest.mark.parametrize(
    ("count", "failing"),
    [(9_999, [9_998]), (10_000, [9_999]), (10_001, [0, 4_999, 5_000, 10_000]), (25_000, [8_332, 8_333, 24_999])],
)
def test_as_many_items_as_an_array_holds_and_more_run_once_each(
    aws: EmbeddedAws, run: Run, threads: WorkerThreads, count: int, failing: list[int]
) -> None:
    items = ["fail" if index in failing else index for index in range(count)]

    outcome = run("IdleArrayFanOut", items)

    assert (outcome.status, outcome.error) == ("FAILED", "FanOut.TooManyFailures")
    summary = json.loads(outcome.cause or "")
    assert (summary["total"], summary["succeeded"]) == (count, count - len(failing))
    assert summary["failedIndexes"] == failing
    assert len(summary["jobIds"]) == -(-count // 10_000)
    assert threads.of(summary["resultsUri"]) == dict(enumerate(items))
    assert sorted(job.index for job in outcome.jobs if job.status == "FAILED" and job.index is not None) == failing
    assert aws.iam.denials == []


def test_an_item_of_a_map_takes_as_many_events_as_counted(aws: EmbeddedAws, start: Callable[..., Execution]) -> None:
    states = aws.client("stepfunctions")

    def events(count: int) -> int:
        execution = start("IdleMapFanOut", ["fail"] * count)
        assert execution.wait().error == "FanOut.TooManyFailures"
        pages = states.get_paginator("get_execution_history").paginate(executionArn=execution.arn)
        return sum(len(page["events"]) for page in pages)

    assert (events(12) - events(2)) / 10 == EVENTS_PER_ITEM


@pytest.mark.parametrize(("strategy", "count"), [("Map", 2_401), ("Array", 40_001)])
def test_a_list_that_is_too_long_fails_before_anything_runs(run: Run, strategy: str, count: int) -> None:
    outcome = run(f"Idle{strategy}FanOut", [0] * count)

    assert (outcome.status, outcome.error, outcome.jobs) == ("FAILED", "FanOut.TooManyItems", [])
    assert "DistributedFanOut" in (outcome.cause or "")
