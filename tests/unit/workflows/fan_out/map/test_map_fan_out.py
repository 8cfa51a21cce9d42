"""MapFanOut: its definition over lists of every size, and what it makes of failures."""

import json
from collections.abc import Set as AbstractSet
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_batch as batch

from constructs_lib import ConfigurationError, MapFanOut
from constructs_lib.limits import STEP_FUNCTIONS_CAUSE_CHARACTERS
from tests.unit.workflows.fan_out.array.test_array_fan_out import AWKWARD, environment, run
from tests.unit.workflows.interpreter import Failure, Task, job_failure
from tests.unit.workflows.synthesized import (
    QUEUE_ARN,
    Resources,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    state_machine,
    statements,
)


def index_of(arguments: dict[str, Any]) -> int:
    return int(environment(arguments)["ITEM_INDEX"])


def succeed(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"JobId": f"job-{index_of(arguments)}", "Status": "SUCCEEDED", "Container": {"Environment": "x" * 1_000}}


def fail_some(failed: set[int], refused: AbstractSet[int] = frozenset(), id_prefix: str = "job-") -> Task:
    def submit(arguments: dict[str, Any]) -> Any:
        index = index_of(arguments)
        if index in refused:
            raise Failure("Batch.ClientException", f"Item {index} is refused. " * 30)
        if index in failed:
            raise job_failure(f"{id_prefix}{index}")
        return succeed(arguments)

    return submit


def test_no_items_is_a_success_without_a_job(map_machine: dict[str, Any]) -> None:
    output, calls, _ = run(map_machine, {"items": []})

    assert output == {"total": 0, "succeeded": 0, "failed": 0, "failedIndexes": [], "jobIds": []}
    assert calls == []


@pytest.mark.parametrize("items", [[1], [[1, 2]], [None], [1, 2], AWKWARD, list(range(37))])
def test_every_item_is_a_job_of_its_own(map_machine: dict[str, Any], items: list[Any]) -> None:
    output, submits, _ = run(map_machine, {"items": items}, submit=succeed)

    assert [json.loads(environment(submit)["ITEMS"]) for submit in submits] == [[item] for item in items]
    assert [environment(submit)["ITEM_INDEX"] for submit in submits] == [str(i) for i in range(len(items))]
    assert [submit["JobName"] for submit in submits] == [f"Scenes-{i}" for i in range(len(items))]
    assert {environment(submit)["RESULTS_URI"] for submit in submits} == {output["resultsUri"]}
    assert output["jobIds"] == [f"job-{i}" for i in range(len(items))]
    assert (output["total"], output["failed"], output["failedIndexes"]) == (len(items), 0, [])


@pytest.mark.parametrize("long", ["x" * 7_000, "é" * 1_000, ["🗺"] * 600])
def test_a_list_with_a_long_item_goes_to_s3_once(map_machine: dict[str, Any], long: Any) -> None:
    items = ["short", long, None]

    output, [stored, *submits], _ = run(map_machine, {"items": items}, submit=succeed)

    assert stored["Body"] == {"items": items}
    assert [environment(submit)["ITEMS_OFFSET"] for submit in submits] == ["0", "1", "2"]
    assert [environment(submit)["ITEM_INDEX"] for submit in submits] == ["0", "1", "2"]
    assert {environment(submit)["ITEMS_URI"] for submit in submits} == {output["itemsUri"]}
    assert not any("ITEMS" in environment(submit) for submit in submits)


def test_many_short_items_stay_inline(map_machine: dict[str, Any]) -> None:
    output, submits, _ = run(map_machine, {"items": [{"tile": i} for i in range(1_000)]}, submit=succeed)

    assert "itemsUri" not in output
    assert len(submits) == output["succeeded"] == 1_000


def test_all_items_run_whatever_fails(map_machine: dict[str, Any]) -> None:
    with pytest.raises(Failure) as failure:
        run(map_machine, {"items": list(range(37))}, submit=fail_some({5, 20}))

    summary = json.loads(failure.value.cause)
    assert failure.value.error == "FanOut.TooManyFailures"
    assert (summary["failedIndexes"], summary["succeeded"], summary["failed"]) == ([5, 20], 35, 2)
    assert summary["jobIds"] == [f"job-{i}" for i in range(37)]


def test_one_failed_item_of_one(map_machine: dict[str, Any]) -> None:
    with pytest.raises(Failure) as failure:
        run(map_machine, {"items": ["a"]}, submit=fail_some({0}))

    summary = json.loads(failure.value.cause)
    assert (summary["failedIndexes"], summary["jobIds"]) == ([0], ["job-0"])


def test_thousands_of_failures_fit_into_payload_and_cause(map_machine: dict[str, Any]) -> None:
    everything = set(range(2_000))

    with pytest.raises(Failure) as failed:
        run(
            map_machine,
            {"items": [0] * 2_000},
            submit=fail_some(everything, id_prefix="0f8fad5b-d9cb-469f-a165-708677"),
        )
    with pytest.raises(Failure) as refused:
        run(map_machine, {"items": [0] * 2_000}, submit=fail_some(set(), everything))

    summary = json.loads(failed.value.cause)
    assert len(failed.value.cause) <= STEP_FUNCTIONS_CAUSE_CHARACTERS
    assert summary["failed"] == len(summary["failedIndexes"]) + summary.get("failedIndexesOmitted", 0) == 2_000
    assert len(summary["jobIds"]) + summary["jobIdsOmitted"] == 2_000
    assert refused.value.error == "Batch.ClientException"


def test_a_refused_job_keeps_its_error_when_it_matters(map_machine: dict[str, Any]) -> None:
    with pytest.raises(Failure) as failure:
        run(map_machine, {"items": [1, 2, 3]}, submit=fail_some({0}, {1, 2}))

    assert failure.value.error == "Batch.ClientException"
    assert failure.value.cause.startswith("Item 1 is refused.")


class TestCustom:
    GIVEN = {"scenes": list("abcd"), "region": "alps"}  # noqa: RUF012

    def test_options_reach_aws_batch(self, resources: Resources) -> None:
        machine = definition(resources, "CustomMapMachine")
        _, [submit, *_], _ = run(machine, self.GIVEN, submit=succeed)

        assert machine["States"]["CustomMap: Run jobs"]["MaxConcurrency"] == 5
        assert (environment(submit)["YEAR"], environment(submit)["REGION"]) == ("2026", "alps")
        assert submit["JobName"] == "nightly"
        assert submit["Tags"] == {"Team": "maps", "constructs-lib:submitted-by": "Stack/CustomMap"}
        assert submit["RetryStrategy"] == {"Attempts": 2}

    @pytest.mark.parametrize(("failed", "refused"), [({1, 3}, set()), ({1}, {2}), (set(), {0, 1})])
    def test_tolerated_failures_are_a_success(self, resources: Resources, failed: set[int], refused: set[int]) -> None:
        output, *_ = run(definition(resources, "CustomMapMachine"), self.GIVEN, submit=fail_some(failed, refused))

        assert output["failedIndexes"] == sorted(failed | refused)
        assert output["jobIds"] == [f"job-{i}" for i in range(4) if i not in refused]

    def test_one_failure_more_fails(self, resources: Resources) -> None:
        with pytest.raises(Failure, match=r"FanOut\.TooManyFailures"):
            run(definition(resources, "CustomMapMachine"), self.GIVEN, submit=fail_some({0, 1, 2}))


def test_as_many_jobs_at_a_time_as_step_functions_runs(map_machine: dict[str, Any]) -> None:
    assert map_machine["States"]["Scenes: Run jobs"]["MaxConcurrency"] == 40


def test_a_successful_item_takes_one_state(map_machine: dict[str, Any]) -> None:
    _, _, execution = run(map_machine, {"items": [1]}, submit=succeed)

    iteration = map_machine["States"]["Scenes: Run jobs"]["ItemProcessor"]["States"]
    assert [name for name in execution.visited if name in iteration] == ["Scenes: Run job"]


def test_the_role_needs_no_list_jobs(resources: Resources) -> None:
    assert "batch:ListJobs" not in statements(resources, "CustomMapMachineRole")
    assert "batch:SubmitJob" in statements(resources, "CustomMapMachineRole")


def test_a_list_whose_history_would_be_too_long_is_refused_before_anything_runs(map_machine: dict[str, Any]) -> None:
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: .* up to 2,400 items.* got 2401\. Use an ArrayFanOut"):
        run(map_machine, {"items": [0] * 2_401})

    output, submits, _ = run(map_machine, {"items": [0] * 2_400}, submit=succeed)
    assert output["total"] == len(submits) == 2_400


def test_a_list_that_no_state_can_hand_on_is_refused(map_machine: dict[str, Any]) -> None:
    with pytest.raises(Failure, match=r"FanOut\.TooManyItems: The items take 250003 bytes .* DistributedFanOut"):
        run(map_machine, {"items": ["x" * 124_998, "x" * 124_998]})


class TestOwnValues:
    """Parameters and variables that are made of the item."""

    @pytest.fixture(scope="class")
    @classmethod
    def machine(cls) -> dict[str, Any]:
        def build(stack: Stack) -> None:
            fan_out = MapFanOut(
                stack,
                "Scenes",
                job=job(stack),
                queue=queue(stack),
                fallback_queue=batch.JobQueue.from_job_queue_arn(stack, "Fallback", f"{QUEUE_ARN}-2"),
                environment={"REGION": "alps"},
                item_environment={"SCENE": "{% $states.input.item.scene %}", "MODE": 'a "mode"'},
                parameters={
                    "zoom": "{% $states.input.item.zoom + 1 %}",
                    "place": "{% $states.input.index %}",
                    "to": "x",
                },
            )
            state_machine(stack, fan_out)

        return definition(resources_of(build))

    @pytest.mark.parametrize("text", ["short", "x" * 9_000], ids=["inline", "s3"])
    def test_they_reach_the_job_as_texts(self, machine: dict[str, Any], text: str) -> None:
        items = [{"scene": f"s{zoom}", "zoom": zoom, "text": text} for zoom in (7, 8)]
        output, calls, _ = run(machine, {"items": items}, submit=succeed)
        first, second = (call for call in calls if "JobName" in call)
        assert first["Parameters"] == {"zoom": "8", "place": "0", "to": "x"}
        assert second["Parameters"] == {"zoom": "9", "place": "1", "to": "x"}
        assert (environment(second)["SCENE"], environment(second)["MODE"]) == ("s8", 'a "mode"')
        assert environment(second)["REGION"] == "alps"
        assert ("ITEMS" in environment(second)) == (text == "short") != ("itemsUri" in output)

    def test_they_are_the_same_on_the_fallback_queue(self, machine: dict[str, Any]) -> None:
        def submit(arguments: dict[str, Any]) -> Any:
            if arguments["JobQueue"] == QUEUE_ARN:
                raise job_failure("job-0", StatusReason="Host EC2 (instance i-0123456789) terminated.")
            return succeed(arguments)

        output, calls, _ = run(machine, {"items": [{"scene": "s", "zoom": 1}]}, submit=submit)
        assert output["succeeded"] == 1
        first, second = calls
        assert first["Parameters"] == second["Parameters"]
        assert environment(first) == environment(second)

    def test_the_item_itself_keeps_its_variable(self) -> None:
        stack = new_stack()
        with pytest.raises(ConfigurationError, match=r"item_environment: got the variable ITEMS") as error:
            MapFanOut(stack, "A", job=job(stack), queue=queue(stack), item_environment={"ITEMS": "x"})
        assert error.value.code == "FLOW005"
