"""The steps of every fan-out, and what each of them knows: a list is read, guarded, planned, worked on and judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from aws_cdk import aws_stepfunctions as sfn

from constructs_lib.workflows.fan_out.list.guard import Guard, MostItems
from constructs_lib.workflows.fan_out.list.outcome import Outcome
from constructs_lib.workflows.states.nesting import Nesting


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is there before the work on an item is made into states.

    Args:
        scope: the fan-out, which the states belong to.
        nesting: where the states within a Map are put.
        outcome: where a fan-out goes that has a summary.
        done: where it goes to return one that needs no judgement.
    """

    scope: sfn.StateMachineFragment
    nesting: Nesting
    outcome: sfn.Choice
    done: sfn.Pass


class Way(NamedTuple):
    """A state that works on some lists, and what tells them."""

    condition: sfn.Condition
    state: sfn.State
    comment: str


class Ways(NamedTuple):
    """The states that work on a list; all but one say on which."""

    otherwise: sfn.State
    others: Sequence[Way] = ()


class Work(Protocol):
    """What works on an item, and on how many of them: the one step that every strategy has of its own."""

    @property
    def most_items(self) -> MostItems | None:
        """So many items may a list have; None for any number."""

    def states(self, context: Context) -> Ways:
        """The states from a planned list to a summary, which they lead to the outcome."""


class Plan(Protocol):
    """What the work needs to know of a list besides."""

    def lead(self, context: Context, ways: Ways) -> sfn.State:
        """The state that plans, and leads to the work."""


class NoPlan:
    """The plan of work that takes a list as it is."""

    def lead(self, context: Context, ways: Ways) -> sfn.State:
        """The work itself."""
        del context
        return ways.otherwise


class Read(NamedTuple):
    """What the first state evaluates, once.

    Args:
        what: it does, as a sentence.
        outputs: what it hands on, by name.
    """

    what: str
    outputs: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The steps of one fan-out, from its input to its output.

    Args:
        read: what the first state evaluates.
        guard: tells a list that can be run from what is none; None where that is up to the work.
        plan: what the work needs to know of the list.
        work: what works on an item.
        outcome: how the fan-out ends.
        can_rerun: whether it looks for items that run again. Default: yes.
    """

    read: Read
    guard: Guard | None
    plan: Plan
    work: Work
    outcome: Outcome
    can_rerun: bool = True
