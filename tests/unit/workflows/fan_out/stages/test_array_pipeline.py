"""ArrayPipeline: its jobs over lists of every size, where each item failed, and its rights."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib import ArrayPipeline, ConfigurationError, PipelineStage
from constructs_lib.limits import STEP_FUNCTIONS_CAUSE_CHARACTERS
from constructs_lib.workflows.submit.permissions import SUBMITTED_BY
from tests.properties import examples
from tests.unit.workflows.fan_out.stages.pipeline_batch import NAMES, Batch, Call, environment
from tests.unit.workflows.interpreter import Failure
from tests.unit.workflows.synthesized import (
    JOB_ARNS,
    QUEUE_ARN,
    Resources,
    all_states,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    state_machine,
    statements,
)


def stages(stack: Stack, *names: str, **options: Any) -> list[PipelineStage]:
    parts: Call = {"job": job(stack), "queue": queue(stack)}
    return [PipelineStage(name=name, **parts, **(options if place == 0 else {})) for place, name in enumerate(names)]


@pytest.fixture(scope="module")
def resources() -> Resources:
    def build(stack: Stack) -> None:
        options: Call = {"attempts": 2, "timeout": Duration.minutes(5), "parameters": {"zoom": "7"}}
        made = stages(stack, *NAMES, **options)
        state_machine(stack, ArrayPipeline(stack, "Tiles", stages=made))
        tolerant = ArrayPipeline(
            stack, "Any", stages=made, tolerated_failure_percentage=100, environment={"DAY": "{% $states.input.day %}"}
        )
        state_machine(stack, tolerant, "AnyMachine")

    return resources_of(build)


@pytest.fixture(scope="module")
def machine(resources: Resources) -> dict[str, Any]:
    return definition(resources)


@pytest.fixture(scope="module")
def any_machine(resources: Resources) -> dict[str, Any]:
    return definition(resources, "AnyMachine")


def test_no_items_is_a_success_without_a_job(machine: dict[str, Any]) -> None:
    batch = Batch()
    assert batch.run(machine, [])["total"] == len(batch.calls) == 0


def test_each_stage_is_an_array_whose_children_wait_for_those_before(machine: dict[str, Any]) -> None:
    batch = Batch()
    output = batch.run(machine, list("abc"))
    assert [call["ArrayProperties"] for call in batch.calls] == [{"Size": 3}] * 3
    assert [call.get("DependsOn") for call in batch.calls] == [
        None,
        [{"JobId": "job-0", "Type": "N_TO_N"}],
        [{"JobId": "job-1", "Type": "N_TO_N"}],
    ]
    assert [call["JobName"] for call in batch.calls] == ["Tiles-Clean", "Tiles-Render", "Tiles-Pack"]
    assert [call.get("RetryStrategy") for call in batch.calls] == [{"Attempts": 2}, None, None]
    assert [call.get("Parameters") for call in batch.calls] == [{"zoom": "7"}, None, None]
    assert output["jobIds"] == ["job-0", "job-1", "job-2"]
    assert (output["total"], output["succeeded"], output["failedIndexes"]) == (3, 3, [])
    assert "failedStages" not in output


def test_one_item_is_a_job_per_stage(machine: dict[str, Any]) -> None:
    batch = Batch()
    output = batch.run(machine, [["a"]])
    assert not any("ArrayProperties" in call for call in batch.calls)
    assert [call.get("DependsOn") for call in batch.calls] == [None, [{"JobId": "job-0"}], [{"JobId": "job-1"}]]
    assert {environment(call)["ITEMS"] for call in batch.calls} == {'[["a"]]'}
    assert (output["total"], output["succeeded"], output["jobIds"]) == (1, 1, ["job-0", "job-1", "job-2"])


@pytest.mark.parametrize("items", [list("ab"), [1], ["x" * 9_000, "b"]], ids=["inline", "one", "long"])
def test_a_stage_finds_the_results_of_the_one_before(machine: dict[str, Any], items: list[Any]) -> None:
    batch = Batch()
    output = batch.run(machine, items)
    variables = [environment(call) for call in batch.calls]
    assert [names.get("PREVIOUS_RESULTS_URI") for names in variables[1:]] == [
        names["RESULTS_URI"] for names in variables[:-1]
    ]
    assert "PREVIOUS_RESULTS_URI" not in variables[0]
    assert variables[-1]["RESULTS_URI"] == output["resultsUri"]
    assert variables[0]["RESULTS_URI"] == f"{output['resultsUri']}-Clean"
    assert len({names.get("ITEMS", names.get("ITEMS_URI")) for names in variables}) == 1
    assert all(len(call["ContainerOverrides"]["Environment"]) == len(environment(call)) for call in batch.calls)


def test_a_list_that_is_too_long_goes_to_s3_once(machine: dict[str, Any]) -> None:
    batch, items = Batch(), ["x" * 9_000, "b"]
    output = batch.run(machine, items)
    assert [call["Body"] for call in batch.stored] == [{"items": items}]
    assert {environment(call)["ITEMS_URI"] for call in batch.calls} == {output["itemsUri"]}


@pytest.mark.parametrize(
    ("failing", "failed_stages"),
    [
        ([{1}], {"Clean": [1]}),
        ([set(), {0, 2}], {"Render": [0, 2]}),
        ([set(), set(), {9}], {"Pack": [9]}),
        ([{7, 3, 5, 1}, {0, 3}, {2, 9}], {"Clean": [1, 3, 5, 7], "Render": [0], "Pack": [2, 9]}),
        ([set(range(10))], {"Clean": list(range(10))}),
    ],
)
def test_each_failed_item_is_told_once_with_its_stage(
    any_machine: dict[str, Any], failing: Sequence[set[int]], failed_stages: dict[str, list[int]]
) -> None:
    output = Batch(*failing).run(any_machine, list(range(10)), day="1")
    assert output["failedStages"] == failed_stages
    assert output["failedIndexes"] == sorted(index for indexes in failed_stages.values() for index in indexes)
    assert output["succeeded"] + len(output["failedIndexes"]) == output["total"] == 10


@settings(max_examples=examples(0.25))
@given(st.lists(st.sets(st.integers(0, 11)), min_size=3, max_size=3), st.integers(1, 13))
def test_every_item_is_counted_once(any_machine: dict[str, Any], failing: list[set[int]], page: int) -> None:
    output = Batch(*failing, page=page).run(any_machine, list(range(12)), day="1")
    told = [index for indexes in output.get("failedStages", {}).values() for index in indexes]
    assert sorted(told) == output["failedIndexes"] == sorted(set().union(*failing))
    for name, before, own in zip(NAMES, ([], failing[:1], failing[:2]), failing, strict=True):
        assert set(output.get("failedStages", {}).get(name, [])) == own - set().union(*before)
    assert output["failed"] + output["succeeded"] == output["total"] == 12


@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_the_stage_of_one_item_that_fails(any_machine: dict[str, Any], place: int, name: str) -> None:
    failing: list[set[int]] = [set(), set(), set()]
    failing[place] = {0}
    output = Batch(*failing).run(any_machine, ["a"], day="1")
    assert (output["failedStages"], output["failedIndexes"]) == ({name: [0]}, [0])


def test_too_many_failures_have_the_summary_as_their_cause(machine: dict[str, Any]) -> None:
    with pytest.raises(Failure) as failure:
        Batch({1}).run(machine, list("abc"))
    assert failure.value.error == "FanOut.TooManyFailures"
    assert json.loads(failure.value.cause)["failedStages"] == {"Clean": [1]}


def test_thousands_of_failures_fit_into_payload_and_cause(machine: dict[str, Any]) -> None:
    everything = range(10_000)
    with pytest.raises(Failure) as failure:
        Batch(everything[::2], everything[1::2], page=5_000).run(machine, [0] * 10_000)
    summary = json.loads(failure.value.cause)
    assert len(failure.value.cause) <= STEP_FUNCTIONS_CAUSE_CHARACTERS
    assert summary["failedStages"] == {"Clean": 5_000, "Render": 5_000}
    assert summary["failed"] == len(summary["failedIndexes"]) + summary["failedIndexesOmitted"] == 10_000


def test_a_last_stage_that_fails_without_a_child_never_ran_them(any_machine: dict[str, Any]) -> None:
    class Lost(Batch):
        def list_jobs(self, call: Call) -> Call:
            assert call
            return {"JobSummaryList": []}

    output = Lost({0}).run(any_machine, list("ab"), day="1")
    assert (output["failedStages"], output["failedIndexes"]) == ({"Pack": [0, 1]}, [0, 1])


@pytest.mark.parametrize("items", [["a"], list("abc")], ids=["one", "three"])
@pytest.mark.parametrize(("refused", "stopped"), [(0, []), (1, ["job-0"]), (2, ["job-0", "job-1"])])
def test_stages_before_one_that_is_not_accepted_are_stopped(
    machine: dict[str, Any], any_machine: dict[str, Any], items: list[str], refused: int, stopped: list[str]
) -> None:
    batch = Batch(refused=refused)
    with pytest.raises(Failure, match=r"Batch\.ClientException: Not like this\."):
        batch.run(machine, items)
    assert batch.stopped == stopped
    output = Batch(refused=refused).run(any_machine, items, day="1")
    assert output["failedStages"] == {NAMES[refused]: list(range(len(items)))}
    assert (output["jobIds"], output["succeeded"]) == (stopped, 0)


def test_variables_for_all_stages_are_evaluated_once(any_machine: dict[str, Any]) -> None:
    batch = Batch()
    batch.run(any_machine, list("ab"), day="monday")
    assert {environment(call)["DAY"] for call in batch.calls} == {"monday"}


def test_more_than_an_array_holds_is_refused_before_anything_runs(machine: dict[str, Any]) -> None:
    batch = Batch()
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: An ArrayPipeline takes up to 10,000.* got 10001"):
        batch.run(machine, [0] * 10_001)
    assert batch.calls == []


def test_every_state_says_what_it_does(machine: dict[str, Any]) -> None:
    states = all_states(machine)
    assert all(state["Comment"] for state in states.values())
    assert {"Tiles: Submit Clean array", "Tiles: Run Pack job", "Tiles: Stop stage"} < set(states)


def test_the_role_may_run_its_stages_and_stop_what_it_marked(resources: Resources) -> None:
    found = statements(resources)
    assert found["batch:SubmitJob"]["Resource"] == [JOB_ARNS, QUEUE_ARN]
    assert found["batch:TerminateJob"]["Condition"] == {
        "StringEquals": {f"aws:ResourceTag/{SUBMITTED_BY}": "Stack/Tiles"}
    }
    assert set(found) == {
        *("batch:SubmitJob", "batch:TerminateJob", "batch:DescribeJobs", "batch:ListJobs"),
        *("events:DescribeRule", "s3:PutObject"),
    }


@pytest.mark.parametrize(
    ("names", "options", "code"),
    [
        (["Only"], {}, "FLOW046"),
        ([f"S{place}" for place in range(31)], {}, "FLOW046"),
        (["A", "B", "A"], {}, "FLOW047"),
        (["A", "not this"], {}, "FLOW047"),
        (["A", "x" * 61], {}, "FLOW047"),
        (["A", "B"], {"items": "$.items"}, "FLOW003"),
        (["A", "B"], {"environment": {"PREVIOUS_RESULTS_URI": "x"}}, "FLOW005"),
        (["A", "B"], {"tolerated_failures": -1}, "FLOW007"),
    ],
)
def test_wrong_arguments(names: list[str], options: dict[str, Any], code: str) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=code):
        ArrayPipeline(stack, "Tiles", stages=stages(stack, *names), **options)


def test_options_of_a_stage_are_checked_as_those_of_any_job() -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=r"BATCH018") as error:
        ArrayPipeline(stack, "Tiles", stages=stages(stack, "A", "B", attempts=11))
    assert "stages[0].attempts" in error.value.where
