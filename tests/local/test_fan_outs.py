"""Fan-outs of each strategy, run for real: every size, awkward items, failures, and a stop.

The fixtures `run` and `start` (conftest.py) deploy the app in pipelines.py, which has two state machines for each
strategy: in ``AnswerMapFanOut`` and its like the worker calls a program that answers ``{"got": item}``, fails for the
item ``"fail"`` and sleeps for ``"sleep"``; the jobs of ``IdleMapFanOut`` and its like run ``true`` and read nothing.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from tests.waiting import until

pytestmark = pytest.mark.local

Run = Callable[[str, Any], Outcome]
STRATEGIES = ["MapFanOut", "ArrayFanOut", "DistributedFanOut"]
AWKWARD = [
    "ünïcödé 🎉 漢字",
    "double \" and single ' quotes",
    "two\nlines\tand a tab",
    "$HOME `id` $(id) {% $states %} {{x}}",
    {"nested": {"list": [1, [2, {"deep": None}]], "": "empty key"}},
    [[1, 2], []],
    "",
    0,
    -1.5,
    True,
    None,
    "back\\slash",
]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """Unconfined, which is faster: these are thousands of jobs, and confinement has tests of its own."""
    with EmbeddedAws(tmp_path_factory.mktemp("run"), confined=False) as made:
        yield made


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("size", [0, 1, 2, 37])
def test_each_item_has_one_job_and_one_result(run: Run, strategy: str, size: int) -> None:
    outcome = run(f"Answer{strategy}", list(range(size)))
    assert outcome.succeeded, outcome.cause
    assert outcome.results == {index: {"got": index} for index in range(size)}
    assert sorted(job.index for job in outcome.jobs if job.index is not None) == list(range(size))
    summary = outcome.output
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (size, size, 0)
    assert summary["failedIndexes"] == []
    submits = size if strategy == "MapFanOut" else min(size, 1)  # the others submit one array job, or one single job
    assert len(summary["jobIds"]) == submits
    assert ("resultsUri" in summary) == (size > 0)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_of_a_thousand_items_has_a_job_that_succeeds(run: Run, strategy: str) -> None:
    outcome = run(f"Idle{strategy}", [{"item": index} for index in range(1_000)])
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert (outcome.output["total"], outcome.output["succeeded"]) == (1_000, 1_000)
    assert sorted(job.index for job in outcome.jobs if job.index is not None) == list(range(1_000))
    assert {job.status for job in outcome.jobs} == {"SUCCEEDED"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_awkward_items_arrive_unchanged(run: Run, strategy: str) -> None:
    outcome = run(f"Answer{strategy}", AWKWARD)
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert [outcome.results[index]["got"] for index in range(len(AWKWARD))] == AWKWARD


@pytest.mark.parametrize("item", AWKWARD, ids=str)
def test_an_awkward_item_alone_arrives_unchanged(run: Run, item: Any) -> None:
    outcome = run("AnswerArrayFanOut", [item])
    assert outcome.results == {0: {"got": item}}, (outcome.error, outcome.cause)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_list_that_does_not_fit_inline_travels_by_s3(run: Run, strategy: str) -> None:
    items = ["é" * 9_000, "short", {"long": "\\" * 9_000}]
    outcome = run(f"Answer{strategy}", items)
    assert outcome.succeeded, (outcome.error, outcome.cause)
    stores_one_list = strategy != "DistributedFanOut"  # which stores a list for each batch, and names none of them
    assert outcome.output.get("itemsUri", "").startswith("s3://") == stores_one_list
    assert [outcome.results[index]["got"] for index in range(3)] == items


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_failing_child_is_named(run: Run, strategy: str) -> None:
    items = ["fail" if index == 7 else index for index in range(12)]
    outcome = run(f"Answer{strategy}", items)
    assert (outcome.status, outcome.error) == ("FAILED", "FanOut.TooManyFailures")
    summary = json.loads(outcome.cause or "")
    assert (summary["total"], summary["succeeded"], summary["failed"]) == (12, 11, 1)
    assert summary["failedIndexes"] == [7]
    assert outcome.results.keys() == set(range(12)) - {7}
    [failed] = [job for job in outcome.jobs if job.status == "FAILED"]
    assert (failed.index, failed.exit_code, failed.attempts) == (7, 1, 1)
    assert failed.log is not None
    assert "told to fail" in failed.log.read_text()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_failing_single_item_is_named(run: Run, strategy: str) -> None:
    outcome = run(f"Answer{strategy}", ["fail"])
    assert outcome.error == "FanOut.TooManyFailures"
    assert json.loads(outcome.cause or "")["failedIndexes"] == [0]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("items", [{"not": "a list"}, "text", None])
def test_items_that_are_no_list_fail_with_the_reason(run: Run, strategy: str, items: Any) -> None:
    outcome = run(f"Answer{strategy}", items)
    assert (outcome.status, outcome.error) == ("FAILED", "FanOut.InvalidItems")
    assert outcome.jobs == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_stopped_execution_leaves_no_process(start: Callable[..., Execution], strategy: str) -> None:
    execution = start(f"Answer{strategy}", ["sleep"] * 4)
    name = execution.arn.rsplit(":", 1)[-1]
    until(lambda: len(_processes_of(name)) >= 4)
    execution.stop()
    assert execution.wait().status == "ABORTED"
    until(lambda: not _processes_of(name))


def _processes_of(execution: str) -> list[str]:
    """The ids of the processes of an execution: the variable RESULTS_URI of its jobs has its name."""
    found = []
    for directory in Path("/proc").iterdir():
        try:
            if directory.name.isdecimal() and execution.encode() in (directory / "environ").read_bytes():
                found.append(directory.name)
        except OSError:
            continue  # it ended while we looked, or is not ours to look at
    return found
