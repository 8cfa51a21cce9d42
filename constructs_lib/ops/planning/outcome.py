"""How one execution goes: simulated whole, or, if it has more jobs than that is quick for, from smaller ones like it.

When capacity is full, every further wave of jobs takes the same time and uses the same: so what an execution takes is
measured at two sizes, and continued in a straight line. Where even one wave is too large, lists, arrays, batches and
environments are all divided by the same number, which changes neither the number of waves nor their length.
Why: docs/decisions/0026-plans-by-the-scheduler.md
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from constructs_lib.ops.planning.assumptions import Reclaims, Starts
from constructs_lib.ops.planning.parts import Capacity, Parts, most_vcpus
from constructs_lib.ops.planning.simulation import Run
from constructs_lib.ops.planning.steps import Ended, Requests, RunTask, Steps, Submit, Together
from constructs_lib.ops.planning.submission import submit_request
from constructs_lib.ops.planning.usage import Curve, Usage
from constructs_lib.ops.planning.walk import execution
from constructs_lib.ops.planning.work import Undertaking, Work

MOST_JOBS: Final = 40_000
"""As many jobs are simulated one by one, in about half a second."""

_SAMPLE: Final = 12_000
"""As many jobs are simulated of an execution that has more, unless they are too few for several waves."""

_WAVES: Final = 8
"""As many waves of jobs a sample has at least."""


@dataclass(frozen=True)
class Outcome:
    """How an execution goes.

    Args:
        seconds: from its start to its end.
        usage: what it uses of compute environments.
        requests: what it asks of Step Functions and S3.
        most_running: how many jobs run at a time.
        curve: the vCPUs that jobs hold over time; of a smaller execution, if it is not simulated whole.
        simulated: the share of the jobs that was simulated one by one.
        names: what may have items or seconds of its own.
        jobs: that there are if none runs again, each child of an array counted.
        queues: the ARNs of those that jobs may be submitted to.
    """

    seconds: float
    usage: Usage
    requests: Requests
    most_running: float
    curve: Curve
    simulated: float = 1.0
    names: tuple[str, ...] = ()
    jobs: float = 0
    queues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """What is asked about.

    Args:
        parts: the stack.
        definition: of its state machine; or None for jobs that are submitted without one.
        work: how much there is to do.
        capacity: what is changed of the compute environments.
        starts: how long it takes until containers run.
        reclaims: of Spot capacity.
        strategies: the kind of fan-out in place of that of the stack, by its name.
        submission: the request of the array job that is submitted where there is no state machine.
    """

    parts: Parts
    definition: Mapping[str, Any] | None
    work: Work
    capacity: Capacity = field(default_factory=Capacity)
    starts: Starts = field(default_factory=Starts)
    reclaims: Reclaims = field(default_factory=Reclaims)
    strategies: Mapping[str, str] = field(default_factory=dict)
    submission: tuple[str, Mapping[str, Any]] | None = None

    def undertaking(self, divisor: float = 1.0) -> Undertaking:
        """The work, with nothing counted yet."""
        return Undertaking(self.parts, self.work, divisor, self.strategies)

    def steps(self, undertaking: Undertaking) -> Steps:
        """What happens."""
        if self.definition is not None:
            return execution(undertaking, self.definition)
        return _array(undertaking, *(self.submission or ("", {})))


def answer(question: Question, *, most_jobs: int = MOST_JOBS) -> Outcome:
    """How an execution goes.

    Args:
        question: what is asked about.
        most_jobs: up to so many jobs, all are simulated one by one. Default: 40,000.

    Raises:
        OperationError: jobs can never run, or a fan-out would refuse its list.
    """
    counted = question.undertaking()
    jobs = _count(question.steps(counted))
    names, queues = tuple(counted.names), tuple(counted.queues)
    if jobs <= most_jobs:
        return replace(_simulated(question), names=names, queues=queues)
    probe = _simulated(_with_items(question, _SAMPLE / jobs / 4, 1))
    wave = probe.most_running if probe.most_running < probe.jobs / 2 else _most_at_a_time(question, jobs)
    sample = min(max(_SAMPLE, wave * _WAVES), MOST_JOBS, jobs)
    divisor = max(1.0, wave * _WAVES / sample)
    larger, smaller = (
        _simulated(_with_items(question, part * divisor * sample / jobs, wave), divisor)
        if part * divisor * sample < jobs
        else _simulated(question, divisor)
        for part in (1.0, 0.5)
    )
    share = min(1.0, larger.jobs / divisor / jobs)
    whole = _continued(smaller, larger, jobs)
    requests = counted.requests
    return replace(whole, requests=requests, simulated=share, names=names, queues=queues, jobs=jobs)


def _simulated(question: Question, divisor: float = 1.0) -> Outcome:
    undertaking = question.undertaking(divisor)
    capacity = replace(question.capacity, factor=question.capacity.factor / divisor)
    run = Run(question.parts.registry(capacity), question.starts, question.reclaims)
    seconds = run.to_the_end(question.steps(undertaking))
    if divisor == 1:
        usage, curve = run.usage, run.curve
    else:
        usage = run.usage.times(divisor)
        curve = Curve({moment: change * divisor for moment, change in run.curve.changes.items()})
    jobs = _count(question.steps(question.undertaking(divisor))) * divisor
    return Outcome(seconds, usage, undertaking.requests, run.most_running * divisor, curve, jobs=jobs)


def _continued(smaller: Outcome, larger: Outcome, jobs: float) -> Outcome:
    """A larger execution, on the straight line through two smaller ones."""
    if larger.jobs >= jobs or larger.jobs <= smaller.jobs:  # of all jobs, but for what rounding takes or adds
        return replace(larger, usage=larger.usage.times(jobs / larger.jobs))
    times = (jobs - larger.jobs) / (larger.jobs - smaller.jobs)
    usage = larger.usage.times(1 + times).plus(smaller.usage, -times)
    return replace(larger, seconds=larger.seconds + times * (larger.seconds - smaller.seconds), usage=usage)


def _with_items(question: Question, share: float, wave: float) -> Question:
    """The same with a share of the items, less whole waves, so that the last wave is as full as it would be."""

    def less(items: int) -> int:
        wanted = items * share
        waves = max(1, round((items - wanted) / wave)) if wave < items else 0
        return max(1, round(items - waves * wave) if waves else round(wanted))

    work = question.work
    items_of = {name: less(items) for name, items in work.items_of.items()}
    return replace(question, work=replace(work, items=less(work.items), items_of=items_of))


def _most_at_a_time(question: Question, jobs: float) -> float:
    """How many jobs run at a time, if nothing but the vCPUs of the environments limits them."""
    vcpus = sum(most_vcpus(item) for item in question.parts.environments.values()) * question.capacity.factor
    sizes = {
        float(item["value"])
        for definition in question.parts.definitions.values()
        for item in (definition.get("containerProperties") or {}).get("resourceRequirements", [])
        if item["type"] == "VCPU"
    }
    return min(jobs, vcpus / min(sizes, default=1.0))


def _count(steps: Steps) -> int:
    """How many jobs there are, each child of an array counted, if none runs again; requests are counted meanwhile."""
    jobs, result = 0, None
    while True:
        try:
            step = steps.send(result)
        except StopIteration:
            return jobs
        result = None
        match step:
            case Submit(request):
                jobs += request.get("arrayProperties", {}).get("size", 1)
                result = Ended("job")
            case RunTask():
                jobs += 1
                result = Ended("task")
            case Together(each):
                jobs += sum(_count(inner) for inner in each)


def _array(undertaking: Undertaking, name: str, arguments: Mapping[str, Any]) -> Steps:
    """An array job of all items, without a state machine."""
    size = undertaking.simulated(undertaking.items(name))
    request = submit_request(undertaking.parts, name, arguments)
    undertaking.queues[request["jobQueue"]] = None
    if size > 1:
        request["arrayProperties"] = {"size": size}
    yield Submit(request, undertaking.seconds(name))
