"""Properties of the expressions over random lists and random failures."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from constructs_lib.limits import MAX_CONTAINER_OVERRIDES_CHARACTERS
from tests.properties import examples
from tests.unit.workflows.fan_out.array.test_array_fan_out import environment, failing_array, run
from tests.unit.workflows.fan_out.array.test_array_fan_out import succeed as array_succeeds
from tests.unit.workflows.fan_out.distributed.test_distributed_fan_out import run as run_distributed
from tests.unit.workflows.fan_out.map.test_map_fan_out import fail_some
from tests.unit.workflows.interpreter import Failure
from tests.unit.workflows.synthesized import Resources, definition

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
lists = st.lists(json_values, max_size=30)
few = settings(max_examples=examples(0.4), suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(items=lists)
def test_an_array_gets_the_list_as_it_is(array_machine: dict[str, Any], items: list[Any]) -> None:
    output, calls, _ = run(array_machine, {"items": items}, submit=array_succeeds)

    assert output["total"] == output["succeeded"] == len(items)
    if items:
        variables = environment(calls[-1])
        received = json.loads(variables["ITEMS"]) if "ITEMS" in variables else calls[0]["Body"]["items"]
        assert received == items
        assert len(json.dumps(calls[-1]["ContainerOverrides"])) <= MAX_CONTAINER_OVERRIDES_CHARACTERS - 1_000


@few
@given(items=lists, repeated=st.integers(1, 60))
def test_a_map_gives_each_job_its_item(map_machine: dict[str, Any], items: list[Any], repeated: int) -> None:
    items = [[item] * repeated for item in items]

    output, calls, _ = run(map_machine, {"items": items}, submit=fail_some(set()))

    submits = [call for call in calls if "JobName" in call]
    stored = [call["Body"]["items"] for call in calls if "Body" in call]
    for index, submit in enumerate(submits):
        variables = environment(submit)
        inline = json.loads(variables["ITEMS"])[0] if "ITEMS" in variables else None
        assert (inline if inline is not None else stored[0][int(variables["ITEMS_OFFSET"])]) == items[index]
        assert len(json.dumps(submit["ContainerOverrides"])) <= MAX_CONTAINER_OVERRIDES_CHARACTERS - 1_000
    assert output["jobIds"] == [f"job-{index}" for index in range(len(items))]


@few
@given(total=st.integers(2, 60), seed=st.data())
def test_every_item_is_counted_once(resources: Resources, total: int, seed: st.DataObject) -> None:
    failed = seed.draw(st.sets(st.integers(0, total - 1), min_size=1))
    refused = seed.draw(st.sets(st.integers(0, total - 1)))
    array, each = (definition(resources, name) for name in ("CustomArrayMachine", "CustomMapMachine"))
    submit, list_jobs = failing_array(sorted(failed), page=7)
    given_items = {"scenes": list(range(total)), "region": "alps"}

    _check(_summary(array, given_items, submit=submit, listJobs=list_jobs), total, failed)
    _check(_summary(each, given_items, submit=fail_some(failed, refused)), total, failed | refused)


@few
@given(items=st.lists(st.integers(0, 3) | st.text(max_size=900), max_size=70), data=st.data())
def test_every_item_of_every_batch_is_counted_once(
    distributed_machine: dict[str, Any], items: list[Any], data: st.DataObject
) -> None:
    failing = data.draw(st.sets(st.integers(0, max(len(items) - 1, 0)))) if items else set()

    output, service, _ = run_distributed(distributed_machine, items, failing, shuffle=data.draw(st.booleans()))

    assert service.worked == dict(enumerate(items))
    _check(output.get("failure", output), len(items), failing)
    for submit in service.submitted:
        assert len(json.dumps(submit["ContainerOverrides"])) <= MAX_CONTAINER_OVERRIDES_CHARACTERS - 1_000


def _summary(machine: dict[str, Any], given_items: Any, **tasks: Any) -> dict[str, Any] | None:
    try:
        output: dict[str, Any] = run(machine, given_items, **tasks)[0]
    except Failure as failure:
        return None if failure.error == "Batch.ClientException" else json.loads(failure.cause)
    assert output["failed"] <= 2
    return output


def _check(summary: dict[str, Any] | None, total: int, failed: set[int]) -> None:
    if summary is None:  # a job was refused, and its error is what the execution fails with
        assert len(failed) > 2
        return
    assert summary["failedIndexes"] == sorted(failed)
    assert (summary["total"], summary["failed"]) == (total, len(failed))
    assert summary["succeeded"] == total - len(failed)
