"""The construct around the steps of a fan-out: it makes their states, and is complete when it is made."""

from collections.abc import Callable
from typing import Final, cast

import jsii
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.workflows.fan_out.list.arguments import check_state_names
from constructs_lib.workflows.fan_out.list.items import MOST_BYTES, read_items_of_one_payload
from constructs_lib.workflows.fan_out.list.steps import Context, Read, Steps
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.states.expressions import check_jsonata
from constructs_lib.workflows.states.mark import Given, first_state
from constructs_lib.workflows.states.nesting import Nesting
from constructs_lib.workflows.states.texts import check_texts

ITEMS: Final = "{% $states.input.items %}"
"""The default expression for the items of a fan-out."""


class FanOutFragment(sfn.StateMachineFragment):
    """The base of all fan-outs: a fragment of a state machine that does some work for each item of a list.

    The states pass data on in their outputs and assign no variables, so that fan-outs can be chained and nested without
    clashes. The constructors of fan-outs remember their options (`remembers_options`).

    Args:
        scope: the construct that it belongs to.
        construct_id: its id in the scope; the states are named after it.
        steps: returns the steps, given this construct as the scope of further constructs that the steps need.
    """

    _given: Given

    def __init__(self, scope: Construct, construct_id: str, steps: Callable[[Construct], Steps]) -> None:
        super().__init__(scope, construct_id)
        made = steps(self)
        done = sfn.Pass.jsonata(
            self, "Return summary", comment="The output of the fan-out.", outputs="{% $states.input.summary %}"
        )
        context = Context(scope=self, nesting=Nesting(), outcome=made.outcome.state(self, done), done=done)
        follows = made.plan.lead(context, made.work.states(context))
        if made.guard:
            follows = made.guard.lead(self, done=done, most_items=made.work.most_items, follows=follows)
        context.nesting.name_states(self)
        self._done = done
        self._start_state = first_state(
            self,
            self._given,
            what=made.read.what,
            outputs=made.read.outputs,
            follows=follows,
            can_rerun=made.can_rerun,
        )

    @property
    @jsii.member(jsii_name="startState")
    def start_state(self) -> sfn.State:
        """The state that evaluates the items, or the arguments of the source that they are read from."""
        return self._start_state

    @property
    @jsii.member(jsii_name="endStates")
    def end_states(self) -> list[sfn.INextable]:
        """The state that returns the summary."""
        return [cast("sfn.INextable", self._done)]


def check_list(place: ArgumentPath, construct_id: str, items: str, tolerance: Tolerance) -> None:
    """Refuse arguments of a fan-out over a list from the input that AWS would refuse.

    Args:
        place: the fan-out.
        construct_id: of the fan-out.
        items: the expression for the array.
        tolerance: of failed items.
    """
    check_state_names(place, construct_id)
    check_jsonata(place.of("items"), items)
    check_texts(place.of("items"), items)
    tolerance.check(place)


def read_list(items: str, environment: list[dict[str, str]] | str | None = None, most_bytes: int = MOST_BYTES) -> Read:
    """The first step of a fan-out over a list from the input.

    Args:
        items: the expression for the array.
        environment: variables of the containers, as a list in the form of AWS. Default: no containers.
        most_bytes: of JSON that the states pass on.
    """
    outputs = {"items": read_items_of_one_payload(items, most_bytes)}
    if environment is None:
        return Read("Evaluates items once.", outputs)
    return Read("Evaluates items and environment once.", {**outputs, "environment": environment})
