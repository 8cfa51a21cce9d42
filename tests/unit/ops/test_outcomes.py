"""What became of each item is told by the summary of its fan-out, by results in S3, and by the jobs that failed."""

import io
import json
from typing import Any

from constructs_lib.ops.histories.course import Course
from constructs_lib.ops.reports.outcomes import (
    NO_RESULT,
    ExecutionOutcome,
    FanOutOutcome,
    look_at_items,
    look_at_outcome,
)
from tests.unit.ops.aws_of_tests import MadeUp
from tests.unit.ops.histories_of_tests import EXECUTION, Written
from tests.unit.ops.test_result_objects import URI, Bucket


def fan_out(total: int | None, *, uri: str | None = None, **summary: Any) -> FanOutOutcome:
    return FanOutOutcome("Tiles", "Tiles", total, None, None, uri, summary)


def outcome_of(course: Course, *fan_outs: FanOutOutcome) -> ExecutionOutcome:
    return ExecutionOutcome(EXECUTION, "SUCCEEDED", None, None, None, fan_outs, course)


def items_of(account: Any, outcome: FanOutOutcome, course: Course | None = None) -> list[tuple[int, str, Any]]:
    found = look_at_items(account, outcome_of(course or Course(), outcome), outcome)
    return [(item.index, item.status, item.reason if item.result is NO_RESULT else item.result) for item in found]


def test_items_of_a_fan_out_without_results_have_their_state() -> None:
    assert items_of(MadeUp(), fan_out(3, failedIndexes=[1], failed=1)) == [
        (0, "SUCCEEDED", None),
        (1, "FAILED", None),
        (2, "SUCCEEDED", None),
    ]


def test_results_stand_between_items_that_have_none() -> None:
    bucket = Bucket([f"fan-out/results/{index}.json" for index in (1, 3)])
    found = items_of(bucket, fan_out(5, uri=URI, failedIndexes=[0, 3], failed=2))
    assert found == [
        (0, "FAILED", None),
        (1, "SUCCEEDED", "fan-out/results/1.json"),
        (2, "SUCCEEDED", None),
        (3, "FAILED", "fan-out/results/3.json"),
        (4, "SUCCEEDED", None),
    ]


def test_of_a_fan_out_that_runs_what_is_there_is_told() -> None:
    bucket = Bucket([f"fan-out/results/{index}.json" for index in (0, 2)])
    assert [status for _, status, _ in items_of(bucket, fan_out(None, uri=URI))] == [
        "SUCCEEDED",
        "UNKNOWN",
        "SUCCEEDED",
    ]


def test_a_long_list_of_failed_items_is_read_from_s3() -> None:
    account = MadeUp(get_object=lambda **_: {"Body": io.BytesIO(b"[1, 2]")})
    found = items_of(account, fan_out(3, failedIndexesUri="s3://bucket/failed.json", failed=2))
    assert [status for _, status, _ in found] == ["SUCCEEDED", "FAILED", "FAILED"]


def test_the_reason_of_an_item_is_that_of_its_job() -> None:
    written = Written()
    written.start()
    written.enter("Pass", "Tiles: Read items", 0)
    begun = written.add("MapStateStarted", written.enter("Map", "Tiles: Run jobs"), length=2)
    iteration = written.add("MapIterationStarted", begun, name="Tiles: Run jobs", index=1)
    inside = written.enter("Task", "Tiles: Run job", iteration)
    variables = [{"Name": "ITEM_INDEX", "Value": "1"}]
    of = {"resourceType": "batch", "resource": "submitJob.sync"}
    given = {"JobName": "t", "ContainerOverrides": {"Environment": variables}}
    written.add("TaskScheduled", inside, **of, region="eu-west-1", parameters=given)
    written.fail("a", StatusReason="Host EC2 (instance i-1) terminated.", Container={"ExitCode": 9})
    course = Course().take_all(written.events)
    assert items_of(MadeUp(), fan_out(2, failedIndexes=[1], failed=1), course) == [
        (0, "SUCCEEDED", None),
        (1, "FAILED", "Host EC2 (instance i-1) terminated., exit code 9"),
    ]


def test_a_fan_out_that_ran_several_times_has_each_of_its_outcomes() -> None:
    written = Written()
    written.start()
    before = 0
    for total in (2, 3):
        written.enter("Pass", "Tiles: Read items", before)
        written.leave("Pass", "Tiles: Read items", output={})
        summary = {"total": total, "succeeded": total, "failed": 0, "resultsUri": f"s3://b/{total}"}
        written.enter("Choice", "Tiles: Check outcome", given={"summary": summary})
        before = written.leave("Choice", "Tiles: Check outcome", output=summary)
    written.add("ExecutionSucceeded", output=7)
    account = MadeUp(
        describe_state_machine_for_execution=lambda **_: {"definition": json.dumps({"States": {}})},
        get_execution_history=lambda **_: {"events": written.events},
    )
    found = look_at_outcome(account, EXECUTION)  # type: ignore[arg-type]
    assert (found.status, found.output) == ("SUCCEEDED", 7)
    assert [(item.name, item.total, item.results_uri) for item in found.fan_outs] == [
        ("Tiles (1)", 2, "s3://b/2"),
        ("Tiles (2)", 3, "s3://b/3"),
    ]
