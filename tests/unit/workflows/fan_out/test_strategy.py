"""fan_out: one word chooses the construct, everything else stays as it is."""

from typing import Any, get_type_hints

import pytest
from aws_cdk import Duration
from aws_cdk import aws_s3 as s3

from constructs_lib import ArrayFanOut, ConfigurationError, DistributedFanOut, ItemSource, MapFanOut, Strategy, fan_out
from constructs_lib.workflows.fan_out.strategy import FanOutOptions
from tests.unit.workflows.synthesized import Resources, definition, job, new_stack, queue, resources_of, state_machine

KINDS = {Strategy.MAP: MapFanOut, Strategy.ARRAY: ArrayFanOut, Strategy.DISTRIBUTED: DistributedFanOut}
OPTIONS: FanOutOptions = {
    "environment": {"YEAR": "2026"},
    "tolerated_failures": 3,
    "tolerated_failure_percentage": 12.5,
    "job_name": "nightly",
    "attempts": 2,
    "timeout": Duration.minutes(5),
    "tags": {"Team": "maps"},
    "share_identifier": "maps",
    "scheduling_priority": 7,
    "propagate_tags": True,
}


@pytest.mark.parametrize("strategy", Strategy)
def test_the_strategy_is_the_construct(strategy: Strategy) -> None:
    stack = new_stack()
    made = fan_out(stack, "Tiles", job=job(stack), queue=queue(stack), strategy=strategy)
    assert type(made) is KINDS[strategy]
    assert made.node.path == "Stack/Tiles"


def test_the_default_are_array_jobs() -> None:
    stack = new_stack()
    assert isinstance(fan_out(stack, "Tiles", job=job(stack), queue=queue(stack)), ArrayFanOut)


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("items", ["{% $states.input.tiles %}", ItemSource.from_input("{% $states.input.tiles %}")])
def test_it_makes_what_the_construct_makes(strategy: Strategy, items: str | ItemSource) -> None:
    def by_function(stack: Any) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
        state_machine(stack, fan_out(stack, "Tiles", **parts, items=items, strategy=strategy, **OPTIONS))

    def by_class(stack: Any) -> None:
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
        text: Any = "{% $states.input.tiles %}"
        given = ItemSource.from_input(text) if strategy is Strategy.DISTRIBUTED else text
        state_machine(stack, KINDS[strategy](stack, "Tiles", **parts, items=given, **OPTIONS))

    one, other = resources_of(by_function), resources_of(by_class)
    assert one == other
    assert _tolerates(one) == ["More than 3 or 12.5 %"]


def _tolerates(resources: Resources) -> list[str]:
    rules = definition(resources)["States"]["Tiles: Check outcome"]["Choices"]
    return [rule["Comment"] for rule in rules if rule["Next"] == "Tiles: Too many failures"]


@pytest.mark.parametrize("strategy", [Strategy.MAP, Strategy.ARRAY])
def test_only_the_distributed_strategy_reads_s3(strategy: Strategy) -> None:
    stack = new_stack()
    source = ItemSource.json_lines(s3.Bucket(stack, "Data"), "orders.jsonl")
    parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack), "items": source}

    assert isinstance(fan_out(stack, "Tiles", **parts, strategy=Strategy.DISTRIBUTED), DistributedFanOut)
    with pytest.raises(ConfigurationError, match=rf"Strategy\.{strategy.name} reads .* \(FLOW014\)"):
        fan_out(stack, "Other", **parts, strategy=strategy)


@pytest.mark.parametrize("strategy", Strategy)
def test_items_that_are_no_expression_are_refused_where_they_were_passed(strategy: Strategy) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=r"^fan_out 'Stack/Tiles' items: got '\$\.items', .* \(FLOW003\)"):
        fan_out(stack, "Tiles", job=job(stack), queue=queue(stack), items="$.items", strategy=strategy)


@pytest.mark.parametrize("kind", KINDS.values())
def test_each_construct_takes_all_options(kind: type) -> None:
    options = get_type_hints(FanOutOptions)
    arguments = get_type_hints(kind.__init__)
    assert {name: arguments.get(name) for name in options} == options
