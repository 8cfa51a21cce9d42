"""Every text that a user gives arrives as it is, to the last space, whatever our expressions do with it."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from constructs import Construct
from hypothesis import given, settings
from hypothesis import strategies as st

from constructs_lib import ArrayFanOut, DistributedFanOut, ItemSource, MapFanOut, SubmitJob
from tests.properties import examples
from tests.unit.workflows import interpreter
from tests.unit.workflows.synthesized import all_states, definition, job, queue, resources_of, state_machine

# What layout collapses, what quoting changes, and what looks like one of our own marks; but no half of an expression,
# which is refused.
TEXTS = (
    st.text(st.sampled_from(" \t\n\"'\\`$%{}<>/*漢🎉ab"), max_size=12)
    .filter(lambda text: not re.search(r"\{%\s*\$", text))
    .map(lambda text: f"{text}<<items>>  x")
)
NAMES = [f"V{number}" for number in range(8)]
given_texts = st.lists(TEXTS, min_size=len(NAMES), max_size=len(NAMES))
few = settings(max_examples=examples(0.1))


def literal(text: str) -> str:
    return f"=  {text}"  # no expression, however the text begins


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def expression(text: str) -> str:
    return f"{{% {quoted(text)} %}}"


def options(texts: list[str]) -> dict[str, str]:
    """Half of the texts as they are, half of them as expressions."""
    made = [literal(text) if place % 2 else expression(text) for place, text in enumerate(texts)]
    return dict(zip(NAMES, made, strict=True))


def expected(texts: list[str]) -> dict[str, str]:
    arrived = [literal(text) if place % 2 else text for place, text in enumerate(texts)]
    return dict(zip(NAMES, arrived, strict=True))


def submitted(make: Callable[[Construct, dict[str, Any]], Any], given: Any) -> dict[str, Any]:
    """The one job that a state machine submits."""
    calls: list[dict[str, Any]] = []

    def build(stack: Stack) -> None:
        parts = {"job": job(stack), "queue": queue(stack)}
        state_machine(stack, make(stack, parts))

    def submit(arguments: dict[str, Any]) -> dict[str, Any]:
        calls.append(arguments)
        return {"JobId": "job-1", "JobName": "name", "Status": "SUCCEEDED"}

    machine = definition(resources_of(build))
    interpreter.Execution({"submitJob.sync": submit, "putObject": lambda _: {}}).run(machine, given)
    [call] = calls
    return call


def variables(call: dict[str, Any]) -> dict[str, str]:
    return {variable["Name"]: variable["Value"] for variable in call["ContainerOverrides"]["Environment"]}


def again(scope: Construct) -> dict[str, Any]:
    """The options by which items run again, and with which the environment is part of another expression."""
    arn = "arn:aws:batch:eu-west-1:111122223333:job-queue/calm"
    fallback = batch.JobQueue.from_job_queue_arn(scope, "Calm", arn)
    return {"fallback_queue": fallback, "memory_steps": [Size.gibibytes(4)]}


@pytest.mark.parametrize("rounds", [False, True])
@few
@given(texts=given_texts, every=given_texts)
def test_a_map_gives_texts_of_all_and_of_each_item(rounds: bool, texts: list[str], every: list[str]) -> None:
    def make(scope: Construct, parts: dict[str, Any]) -> MapFanOut:
        return MapFanOut(
            scope,
            "Tiles",
            **parts,
            **(again(scope) if rounds else {}),
            items=f'{{% [{{"a  b": {quoted(texts[0])}}}] %}}',
            environment={f"ALL_{name}": value for name, value in options(every).items()},
            item_environment=options(texts),
            parameters=options(texts),
        )

    call = submitted(make, {})
    assert json.loads(variables(call)["ITEMS"]) == [{"a  b": texts[0]}]
    assert {name: variables(call)[name] for name in NAMES} == expected(texts)
    assert {name: variables(call)[f"ALL_{name}"] for name in NAMES} == expected(every)
    assert call["Parameters"] == expected(texts)


@pytest.mark.parametrize("rounds", [False, True])
@few
@given(texts=given_texts)
def test_an_array_gives_texts(rounds: bool, texts: list[str]) -> None:
    def make(scope: Construct, parts: dict[str, Any]) -> ArrayFanOut:
        items = f"{{% [{quoted(texts[0])}] %}}"
        more = again(scope) if rounds else {}
        return ArrayFanOut(scope, "Tiles", **parts, **more, items=items, environment=options(texts))

    call = submitted(make, {})
    assert json.loads(variables(call)["ITEMS"]) == [texts[0]]
    assert {name: variables(call)[name] for name in NAMES} == expected(texts)


@few
@given(texts=given_texts)
def test_a_submit_gives_texts(texts: list[str]) -> None:
    def make(scope: Construct, parts: dict[str, Any]) -> SubmitJob:
        return SubmitJob(
            scope,
            "Submit",
            **parts,
            command=list(options(texts).values()),
            environment=options(texts),
            parameters=options(texts),
            job_name='{% "a" & "b" %}',
        )

    call = submitted(make, {})
    assert variables(call) == expected(texts)
    assert call["Parameters"] == expected(texts)
    assert call["ContainerOverrides"]["Command"] == list(expected(texts).values())
    assert call["JobName"] == "ab"


@few
@given(texts=given_texts)
def test_a_distributed_map_reads_its_items_and_environment_as_they_are_written(texts: list[str]) -> None:
    def build(stack: Stack) -> None:
        items = f"{{% [{quoted(texts[0])}] %}}"
        parts: dict[str, Any] = {"job": job(stack), "queue": queue(stack), "environment": options(texts)}
        state_machine(stack, DistributedFanOut(stack, "Tiles", **parts, items=ItemSource.from_input(items)))

    read = all_states(definition(resources_of(build)))["Tiles: Read items"]
    evaluated = interpreter.evaluate(
        {name: read["Output"][name] for name in ("items", "environment")}, {"input": {}, "context": {}}
    )
    assert evaluated["items"] == [texts[0]]
    assert {variable["Name"]: variable["Value"] for variable in evaluated["environment"]} == expected(texts)
