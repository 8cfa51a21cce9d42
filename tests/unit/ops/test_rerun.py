"""Which items a rerun runs, from histories as AWS writes them; where they are listed; and what cannot be rerun."""

import io
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from constructs_lib.cli import main
from constructs_lib.core.protocol import FIELD, PART
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.reruns.rerun import Rerun, plan_rerun, start_rerun

ARN = "arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday"
RESULTS = "s3://bucket/fan-out/Nightly/monday/1/results"


class ExecutionAlreadyExists(Exception):  # noqa: N818 - as boto3 calls it
    """Of another input, or ended."""


class Aws:
    """An execution that has ended, and a bucket."""

    def __init__(self, *events: dict[str, Any], **described: Any) -> None:
        self.events = list(events)
        self.described = {"name": "monday", "status": "FAILED", "stateMachineArn": "arn:machine", "input": "{}"}
        self.described |= described
        self.definition = {"States": {**_array("Tiles"), **_distributed("Areas"), **_other("Letters")}}
        self.objects: dict[str, bytes] = {}
        self.started: dict[str, str] = {}
        self.there: dict[str, str] = {}
        self.exceptions = SimpleNamespace(ExecutionAlreadyExists=ExecutionAlreadyExists)

    def describe_execution(self, **asked: str) -> Any:
        name = asked["executionArn"].rpartition(":")[2]
        return {"status": self.there[name]} if name in self.there else self.described

    def describe_state_machine(self, **_: str) -> Any:
        return {"definition": json.dumps(self.definition)}

    def get_paginator(self, name: str) -> Any:
        assert name == "get_execution_history"
        return self

    def paginate(self, **_: Any) -> Any:
        return [{"events": self.events[start : start + 2]} for start in range(0, len(self.events), 2)]

    def start_execution(self, **arguments: str) -> Any:
        if (status := self.there.get(arguments["name"])) is not None:
            raise ExecutionAlreadyExists(status)
        self.started = arguments
        return {"executionArn": f"{ARN}-again"}

    def get_object(self, **place: str) -> Any:
        return {"Body": io.BytesIO(self.objects[place["Key"]])}

    def put_object(self, **place: Any) -> None:
        self.objects[place["Key"]] = place["Body"]

    def plan(self, *, writes: bool = True, name: str | None = None) -> Rerun:
        self.wrote: list[tuple[int, int]] = []
        wrote = (lambda done, of: self.wrote.append((done, of))) if writes else None
        return plan_rerun(self, self, ARN, name=name, wrote=wrote)


def _array(name: str) -> dict[str, Any]:
    plan = {"Type": "Pass", "Output": f"{{% $lookup($states.context.Execution.Input.{FIELD}, 'x') %}}"}
    return {f"{name}: Read items": {"Type": "Pass"}, f"{name}: Plan jobs": plan}


def _distributed(name: str) -> dict[str, Any]:
    writer = {"Arguments": {"Bucket": "bucket"}}
    inner = {"Inner": {"Type": "Map", "ItemProcessor": {"States": _array("Hidden")}}}
    return {
        f"{name}: Read items": {"Type": "Pass", "Output": {"rerun": FIELD}},
        f"{name}: Run batches": {"Type": "Map", "ResultWriter": writer, "ItemProcessor": {"States": inner}},
    }


def _other(name: str) -> dict[str, Any]:
    return {f"{name}: Read items": {"Type": "Pass"}}


def _entered(name: str, given: Any = None) -> dict[str, Any]:
    return {"stateEnteredEventDetails": {"name": name, "input": json.dumps(given)}}


def _left(name: str, output: Any) -> dict[str, Any]:
    return {"stateExitedEventDetails": {"name": name, "output": json.dumps(output)}}


def _began(name: str = "Tiles") -> list[dict[str, Any]]:
    return [
        {"type": "ExecutionStarted"},
        _entered(f"{name}: Read items"),
        _left(f"{name}: Read items", {"items": []}),
        _entered(f"{name}: Plan jobs"),
        _left(f"{name}: Plan jobs", {"resultsUri": RESULTS}),
    ]


def _ended(name: str, total: int, failed: list[int], **more: Any) -> dict[str, Any]:
    summary = {"total": total, "failed": len(failed), "failedIndexes": failed}
    return _entered(f"{name}: Check outcome", {"summary": {**summary, **more}})


def _entries(plan: Rerun) -> Any:
    return plan.input["fanOutRerun"]


def test_the_failed_items_are_named_beside_the_input() -> None:
    aws = Aws(*_began(), _ended("Tiles", 9, [7, 3]), input='{"day": "é"}')

    plan = aws.plan()

    assert plan.input == {"day": "é", "fanOutRerun": {"Tiles": {"resultsUri": RESULTS, "indexes": [3, 7]}}}
    assert plan.lines == ["Tiles: 2 of 9 items run again: 3, 7"]
    assert start_rerun(aws, plan) == f"{ARN}-again"
    assert aws.started["stateMachineArn"] == "arn:machine"
    assert json.loads(aws.started["input"]) == plan.input
    assert aws.started["name"] == plan.name
    assert plan.name.startswith("monday-rerun-")


def test_names_stay_within_what_aws_takes() -> None:
    assert len(Aws(*_began(), _ended("Tiles", 9, [7]), name="n" * 80).plan().name) == 80
    assert len(Aws(*_began(), _ended("Tiles", 9, [7]), name="monday-rerun-12345678").plan().name) == 21
    assert Aws(*_began(), _ended("Tiles", 9, [7])).plan(name="tuesday").name == "tuesday"


def test_everybody_who_reruns_an_execution_means_the_same_new_one() -> None:
    events = [*_began(), _ended("Tiles", 9, [7])]
    plans = [Aws(*events).plan() for _ in range(2)]
    assert plans[0].name == plans[1].name
    assert len({plans[0].name, *plans[0].other_names}) == len(plans[0].other_names) + 1
    others = Aws(*events).plan(name="tuesday")
    assert (others.name, others.other_names) == ("tuesday", [])


def test_the_second_of_two_is_told_of_the_first() -> None:
    aws = Aws(*_began(), _ended("Tiles", 9, [7]), stateMachineArn="arn:aws:states:eu-west-1:1:stateMachine:Nightly")
    plan = aws.plan()
    aws.there[plan.name] = "RUNNING"
    running = f"arn:aws:states:eu-west-1:1:execution:Nightly:{plan.name}"
    with pytest.raises(OperationError, match=f"A rerun of it is running already: {running}. Wait for its end, or stop"):
        start_rerun(aws, plan)
    assert aws.started == {}


def test_after_a_rerun_that_has_ended_comes_another() -> None:
    aws = Aws(*_began(), _ended("Tiles", 9, [7]))
    plan = aws.plan()
    aws.there = {plan.name: "FAILED", plan.other_names[0]: "SUCCEEDED"}
    start_rerun(aws, plan)
    assert aws.started["name"] == plan.other_names[1]


def test_a_name_of_the_users_own_is_taken_or_not() -> None:
    aws = Aws(*_began(), _ended("Tiles", 9, [7]))
    aws.there = {"tuesday": "FAILED"}
    with pytest.raises(OperationError, match="An execution tuesday was there already: give another name"):
        start_rerun(aws, aws.plan(name="tuesday"))


def test_aws_takes_no_two_for_the_same_request() -> None:
    aws = Aws(*_began(), _ended("Tiles", 9, [7]))
    texts = set()
    for _ in range(5):
        start_rerun(aws, aws.plan())
        texts.add(aws.started["input"])
        assert len(aws.started["input"].encode()) - len(aws.started["input"].rstrip().encode()) <= 32
    assert len(texts) == 5
    assert len({text.rstrip() for text in texts}) == 1


@pytest.mark.parametrize(("seconds", "is_told"), [(1, False), (600, True)])
def test_an_answer_that_tells_of_an_earlier_start_is_that_of_another(
    monkeypatch: pytest.MonkeyPatch, *, seconds: int, is_told: bool
) -> None:
    aws = Aws(*_began(), _ended("Tiles", 9, [7]))
    plan, now = aws.plan(), datetime.now(UTC)
    answered = {"HTTPHeaders": {"date": format_datetime(now, usegmt=True)}}
    arn = f"arn:aws:states:eu-west-1:1:execution:Nightly:{plan.name}"
    answer = {"executionArn": arn, "startDate": now - timedelta(seconds=seconds), "ResponseMetadata": answered}
    monkeypatch.setattr(aws, "start_execution", lambda **_: answer)
    aws.there[plan.name] = "RUNNING"
    if is_told:
        with pytest.raises(OperationError, match="is running already"):
            start_rerun(aws, plan)
    else:
        assert start_rerun(aws, plan) == arn


def test_a_list_in_s3_is_read() -> None:
    aws = Aws(*_began(), _ended("Tiles", 9, [1, 2], failedIndexesUri="s3://bucket/a/b.json", failedIndexes=None))
    aws.objects["a/b.json"] = b"[5, 4]"
    assert _entries(aws.plan())["Tiles"]["indexes"] == [4, 5]
    aws.objects["a/b.json"] = b"[5]"
    with pytest.raises(OperationError, match="Tiles: 2 items failed, and the list has 1 indexes"):
        aws.plan()


def test_of_several_fan_outs_each_runs_what_failed_of_it() -> None:
    aws = Aws(
        *_began(), _ended("Tiles", 9, []), *_began("Letters"), _ended("Letters", 3, [1]), _entered("Areas: Read items")
    )
    aws.events.append(_left("Areas: Read items", {"directory": "fan-out/1", "rerun": None}))
    plan = aws.plan()
    assert _entries(plan) == {
        "Tiles": {"resultsUri": RESULTS, "indexes": []},
        "Areas": {"resultsUri": "s3://bucket/fan-out/1/results"},
    }
    assert plan.lines == [
        "Tiles: all 9 items succeeded, none runs again",
        "Letters: cannot run some items only, so all run again",
        "Areas: did not end, so all items run again",
    ]


def test_when_all_failed_all_run() -> None:
    assert _entries(Aws(*_began(), _ended("Tiles", 2, [0, 1])).plan()) == {"Tiles": {"resultsUri": RESULTS}}


def test_a_long_list_of_a_distributed_fan_out_goes_to_s3_in_parts() -> None:
    failed = [*range(0, 2_000, 2), 2 * PART, 3 * PART - 1]
    events = [
        _entered("Areas: Read items"),
        _left("Areas: Read items", {"directory": "fan-out/1", "rerun": {"resultsUri": RESULTS}}),
        _ended("Areas", 3 * PART + 5, failed),
    ]
    aws = Aws(*events)

    entry = _entries(aws.plan(name="again"))["Areas"]

    key = "fan-out/Nightly/monday/1/rerun/again"
    assert entry == {"resultsUri": RESULTS, "indexesKey": key}
    assert {name: json.loads(content) for name, content in aws.objects.items()} == {
        f"{key}/0.json": list(range(0, 2_000, 2)),
        f"{key}/1.json": [],
        f"{key}/2.json": [2 * PART, 3 * PART - 1],
        f"{key}/3.json": [],
    }
    assert aws.wrote == [(1, 4), (2, 4), (3, 4), (4, 4)]
    aws.objects.clear()
    assert _entries(aws.plan(writes=False, name="again"))["Areas"] == entry
    assert aws.objects == {}


def test_a_rerun_that_did_not_get_there_is_rerun_as_it_was() -> None:
    before = {"Tiles": {"resultsUri": RESULTS, "indexes": [1]}, "Areas": {"resultsUri": "s3://b/c", "indexes": [2]}}
    plan = Aws(*_began(), status="ABORTED", input=json.dumps({"fanOutRerun": before})).plan()
    assert _entries(plan) == before
    assert plan.lines == ["Tiles: did not end, so the items of the rerun before run again"]


@pytest.mark.parametrize(
    ("aws", "reason"),
    [
        (Aws(status="RUNNING"), "monday is still running: wait for its end, or stop it first"),
        (Aws(input="[1]"), "no JSON object"),
        (Aws(), "no fan-out began in monday that can run some items only"),
        (Aws(*_began("Letters"), _ended("Letters", 2, [0])), "no fan-out began in monday that can run some items only"),
        (Aws(*_began(), _ended("Tiles", 2, []), status="SUCCEEDED"), "there is nothing to rerun"),
        (Aws(*_began(), *_began(), _ended("Tiles", 2, [1])), "Tiles ran 2 times in this execution"),
        (Aws(*_began(), _ended("Tiles", 50_000, list(range(49_999)))), "The input would have .* takes 262,144"),
    ],
)
def test_what_cannot_be_rerun_is_said(aws: Aws, reason: str) -> None:
    with pytest.raises(OperationError, match=reason):
        aws.plan()


def test_help_and_wrong_usage() -> None:
    done = CliRunner().invoke(main, ["rerun", "--help"])
    assert done.exit_code == 0
    assert "AWS_ENDPOINT_URL=" in done.stdout
    wrong = CliRunner().invoke(main, ["rerun", "arn:aws:states:eu-west-1:111122223333:stateMachine:Nightly"])
    assert wrong.exit_code == 2
    assert "is no ARN of an execution: arn:aws:states:REGION:ACCOUNT:execution:STATE-MACHINE:NAME" in wrong.stderr
