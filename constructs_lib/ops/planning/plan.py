"""A plan: how a stack's state machine goes as it is, and with other capacity or another strategy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from constructs_lib.core.protocol import READ_ITEMS, fan_out_of
from constructs_lib.marks import Mark
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.planning.assumptions import NO_STARTS, Reclaims, Starts
from constructs_lib.ops.planning.dollars import Bill, bill_of
from constructs_lib.ops.planning.fan_outs import TooManyItemsError
from constructs_lib.ops.planning.outcome import Outcome, Question, answer
from constructs_lib.ops.planning.parts import Capacity, Parts, kind_of, most_vcpus
from constructs_lib.ops.planning.work import Work
from constructs_lib.prices.price_list import Prices, prices_of

_FACTORS: Final = (0.5, 2.0, 4.0)
_STRATEGIES: Final = {"MapFanOut": "map", "ArrayFanOut": "array", "DistributedFanOut": "distributed"}
"""The fan-outs that can stand for each other, with the words that `Strategy` has for them."""


@dataclass(frozen=True)
class Choice:
    """One way to run the pipeline.

    Args:
        name: what is different from the stack as it is.
        max_vcpus: of the compute environments that it uses, together; infinite if one is unmanaged.
        outcome: how it goes; None if it would be refused.
        bill: what it costs.
        refused: why it would be refused.
    """

    name: str
    max_vcpus: float
    outcome: Outcome | None = None
    bill: Bill = field(default_factory=Bill)
    refused: str | None = None


@dataclass(frozen=True)
class Plan:
    """How long a pipeline takes and what it costs.

    Args:
        stack: its name.
        machine: what the state machine is called; None where jobs are submitted without one.
        region: whose prices these are.
        work: how much there is to do.
        starts: how long it is assumed to take until containers run.
        reclaim_rate: the share of attempts of an hour on Spot capacity that is assumed to be reclaimed.
        choices: the stack as it is, then others.
        start_seconds: the part of the first choice's time that is waiting for containers to start.
        prices: the price list.
        notes: what could not be known, a sentence each.
    """

    stack: str
    machine: str | None
    region: str
    work: Work
    starts: Starts
    reclaim_rate: float
    choices: tuple[Choice, ...]
    start_seconds: float
    prices: Prices
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """How it goes as it is."""
        found = self.choices[0].outcome
        assert found is not None  # noqa: S101 - a plan of what is refused is an error
        return found

    @property
    def seconds(self) -> float:
        """How long it takes as it is."""
        return self.outcome.seconds

    @property
    def dollars(self) -> float:
        """What it costs as it is, as far as prices are known."""
        return self.choices[0].bill.dollars


def plan(
    parts: Parts,
    work: Work,
    *,
    machine: str | None = None,
    max_vcpus: Sequence[int] = (),
    reclaim_rate: float = 0.0,
    starts: Starts | None = None,
    prices: Prices | None = None,
    log_kib: float = 0.0,
    alternatives: bool = True,
) -> Plan:
    """Plan an execution of a stack's state machine, or an array job of a stack that has none.

    Nothing is started, and nothing is asked of AWS: the scheduler of the embedded AWS places the jobs in virtual time.

    Args:
        parts: the stack, as `parts_of_app` or `parts_of_deployed` reads it.
        work: how many items, and how long each takes.
        machine: the state machine, by what it is called or the beginning of that; needed if there are several.
        max_vcpus: maxima to compare with, each of all compute environments together that the jobs use. Default: half,
            two and four times that of the stack.
        reclaim_rate: the share of attempts of an hour on Spot capacity that is reclaimed, from 0 to below 1. Default:
            none is.
        starts: how long it takes until containers run. Default: round figures; see `Starts`.
        prices: the price list. Default: that of the package, for the region of the stack.
        log_kib: what each attempt at a job logs. Default: nothing.
        alternatives: whether other choices are compared. Default: they are.

    Raises:
        OperationError: there is no such state machine, or several and none is named; jobs can never run; a fan-out
            would refuse its list.
    """
    name, definition, submission = _chosen(parts, machine)
    starts = Starts() if starts is None else starts
    prices = prices_of(parts.location.region) if prices is None else prices
    question = Question(parts, definition, work, starts=starts, reclaims=Reclaims(reclaim_rate), submission=submission)
    found = answer(question)
    environments = _environments(parts, found.queues)
    most = sum(map(most_vcpus, environments))
    as_it_is = Choice("as it is", most, found, _bill(found, prices, log_kib))
    _check_names(work, found.names)
    without = answer(replace(question, starts=NO_STARTS)).seconds if starts != NO_STARTS else found.seconds
    others = _others(question, environments, max_vcpus) if alternatives or max_vcpus else []
    return Plan(
        parts.name,
        name,
        parts.location.region,
        work,
        starts,
        reclaim_rate,
        (as_it_is, *(_choice(what, asked, most, prices, log_kib) for what, asked in others)),
        max(0.0, found.seconds - without),
        prices,
        (*found.requests.notes, *_assumed(found)),
    )


def _choice(name: str, question: Question, max_vcpus: float, prices: Prices, log_kib: float) -> Choice:
    most = max_vcpus * question.capacity.factor
    try:
        outcome = answer(question)
    except TooManyItemsError as error:
        return Choice(name, most, refused=str(error))
    return Choice(name, most, outcome, _bill(outcome, prices, log_kib))


def _bill(outcome: Outcome, prices: Prices, log_kib: float) -> Bill:
    return bill_of(outcome.usage, outcome.requests, prices, log_gb=outcome.usage.attempts * log_kib / 2**20)


def _others(
    question: Question, environments: Sequence[Mapping[str, Any]], max_vcpus: Sequence[int]
) -> list[tuple[str, Question]]:
    """What is compared with the stack as it is, and what it is called."""
    most = sum(map(most_vcpus, environments))
    found: list[tuple[str, Question]] = []
    if 0 < most < float("inf"):
        wanted = [float(number) for number in max_vcpus] or [max(1.0, most * factor) for factor in _FACTORS]
        found += [
            (f"--max-vcpus {vcpus:g}", replace(question, capacity=Capacity(factor=vcpus / most)))
            for vcpus in wanted
            if vcpus != most
        ]
    kinds = set(map(kind_of, environments))
    if kinds & {"SPOT", "FARGATE_SPOT"}:
        found.append(("all on demand", replace(question, capacity=Capacity(spot=False))))
    if kinds & {"EC2", "FARGATE"}:
        found.append(("all on Spot", replace(question, capacity=Capacity(spot=True))))
    for name, kind in _fan_outs(question.definition or {}).items():
        if kind in _STRATEGIES:
            found += [
                (f"{name}: {word}", replace(question, strategies={name: other}))
                for other, word in _STRATEGIES.items()
                if other != kind
            ]
    return found


def _fan_outs(definition: Mapping[str, Any]) -> dict[str, str]:
    """The fan-outs of a state machine on its outermost level, with their kinds."""
    found: dict[str, str] = {}
    for state_name, state in definition.get("States", {}).items():
        name, local = fan_out_of(state_name)
        mark = Mark.read(state.get("Comment")) if local == READ_ITEMS else None
        if mark:
            found[name] = mark.kind
    return found


def _environments(parts: Parts, queues: Sequence[str]) -> list[Mapping[str, Any]]:
    """The compute environments of some queues."""
    names = dict.fromkeys(
        parts.environment_arn(entry["computeEnvironment"])
        for queue in queues
        for entry in parts.queues[queue]["computeEnvironmentOrder"]
    )
    return [parts.environments[name] for name in names if name in parts.environments]


def _chosen(
    parts: Parts, wanted: str | None
) -> tuple[str | None, Mapping[str, Any] | None, tuple[str, Mapping[str, Any]] | None]:
    """The state machine that is meant: its name and definition; or the one job and queue of a stack without any."""
    if wanted is None:
        names = [name for name in parts.machines if name not in parts.helpers] or list(parts.machines)
    else:
        names = [wanted] if wanted in parts.machines else [name for name in parts.machines if name.startswith(wanted)]
    if len(names) == 1:
        return names[0], parts.machines[names[0]], None
    has = ", ".join(parts.machines) or "none"
    if wanted is not None:
        what = "several state machines begin with" if names else "no state machine"
        raise OperationError(f"stack {parts.name}: {what} {wanted!r}, it has: {has}")
    if names:
        raise OperationError(
            f"stack {parts.name} has several state machines, name one with --state-machine: {', '.join(names)}"
        )
    if len(parts.queues) == 1 and len(parts.definitions) == 1:
        [queue], [job] = parts.queues, parts.definitions
        return None, None, (parts.shown(job), {"JobQueue": queue, "JobDefinition": job})
    raise OperationError(
        f"stack {parts.name} has no state machine, and not exactly one job definition and one job queue: "
        "there is nothing to plan"
    )


def _check_names(work: Work, names: Sequence[str]) -> None:
    for name in [*work.items_of, *work.seconds_of]:
        if name not in names:
            raise OperationError(f"nothing with items or jobs is called {name!r}, there are: {', '.join(names)}")


def _assumed(outcome: Outcome) -> list[str]:
    if outcome.simulated == 1:
        return []
    share = f"{outcome.simulated:.1%} of the jobs were simulated one by one, and continued in a straight line"
    return [f"{share}: every further wave takes as long as the one before."]
