"""The steps of every fan-out: read the list, guard it, plan the work, do the work, and check the outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.outcome import Outcome
from constructs_lib.workflows.states.nesting import Nesting


@dataclass(frozen=True, kw_only=True)
class Context:
    """The scope and the neighbouring states of the work, which exist before it.

    Args:
        scope: the fan-out, which the states belong to.
        nesting: collects the states within a Map.
        outcome: the next state of a fan-out that has a summary.
        done: the state that returns a summary that needs no check.
    """

    scope: sfn.StateMachineFragment
    nesting: Nesting
    outcome: sfn.Choice
    done: sfn.Pass


class Way(NamedTuple):
    """A state that works on some lists, and the condition for them."""

    condition: sfn.Condition
    state: sfn.State
    comment: str


class Ways(NamedTuple):
    """The states that work on a list: one for each condition, and one for all other lists."""

    otherwise: sfn.State
    others: Sequence[Way] = ()


class Work(Protocol):
    """The step that differs between strategies: it works on the items, and limits their number."""

    @property
    def most_items(self) -> MostItems | None:
        """The longest list; None for any length."""

    def states(self, context: Context) -> Ways:
        """The states from a planned list to the summary, the input of the outcome."""


class Plan(Protocol):
    """The step that prepares the input of the work."""

    def lead(self, context: Context, ways: Ways) -> sfn.State:
        """The first state of the plan, which leads to the work."""


class NoPlan:
    """A plan without states, for work that needs no preparation."""

    def lead(self, context: Context, ways: Ways) -> sfn.State:
        """The work itself."""
        del context
        return ways.otherwise


class Read(NamedTuple):
    """The expressions that the first state evaluates, once.

    Args:
        what: the state does, as a sentence.
        outputs: of the state, by name.
    """

    what: str
    outputs: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The steps of one fan-out, from its input to its output.

    Args:
        read: what the first state evaluates.
        guard: rejects items that are not a list, or too many; None where the work does this itself.
        plan: prepares the input of the work.
        work: the jobs, tasks or functions that work on the items.
        outcome: how the fan-out ends.
        can_rerun: whether the input of an execution may limit it to some items. Default: yes.
    """

    read: Read
    guard: Guard | None
    plan: Plan
    work: Work
    outcome: Outcome
    can_rerun: bool = True
