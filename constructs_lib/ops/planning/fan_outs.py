"""The steps of this library's fan-outs, by the kind that their marks name, and what they ask of Step Functions and S3.

Sources: docs/fan-out.md for their ways and limits; docs/choosing.md for the state transitions, as they were measured.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from constructs_lib.core.protocol import state_name
from constructs_lib.limits import MAX_ARRAY_SIZE, STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY, SUBMIT_JOB_PER_SECOND
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.planning.steps import Ended, RunTask, Sleep, Steps, Submit, Together
from constructs_lib.ops.planning.submission import queues_of, submissions, submit_request
from constructs_lib.ops.planning.work import Undertaking

_INLINE_ITEMS: Final = 500
"""Up to so many items of a dozen characters travel in the environment of jobs; longer lists go through S3."""

_PAGE: Final = 100
"""Failed children in an answer of ListJobs."""

_BATCH_SIZE: Final = 1_000
_OPTIONS_OF_ONE_KIND: Final = ("batch_size", "max_concurrency")
_COUNTED: Final = re.compile(r"\$count\(\$states\.input\.items\) > (\d+)")
_CHECK_ITEMS: Final = "Check items"

MOST_ITEMS: Final = {"MapFanOut": 2_400, "ArrayFanOut": 40_000}
"""How many items each strategy takes; a Map takes fewer if items may run again."""

_MOST_ITEMS_OF_MAP_WITH_FALLBACK: Final = 1_333


class TooManyItemsError(OperationError):
    """A fan-out would refuse its list before any job runs."""


@dataclass(frozen=True, slots=True)
class FanOut:
    """A fan-out in a state machine.

    Args:
        name: of it, with all prefixes.
        kind: its class.
        states: of its state machine, or of the Map that it is in.
        options: that it was given, in the words of its constructor.
    """

    name: str
    kind: str
    states: Mapping[str, Any]
    options: Mapping[str, Any]

    @property
    def arguments(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The states that submit its jobs, with their arguments."""
        return list(submissions(self.states, state_name(self.name, "")))

    @property
    def most_items(self) -> int | None:
        """How many items it takes, as its own states check it."""
        check = self.states.get(state_name(self.name, _CHECK_ITEMS))
        found = _COUNTED.search(json.dumps(check)) if check else None
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class _Jobs:
    """The jobs of a fan-out.

    Args:
        request: of SubmitJob, for one item.
        seconds: that an item takes.
        fallback: the request for items whose capacity was reclaimed. Default: they have failed.
    """

    request: dict[str, Any]
    seconds: float
    fallback: dict[str, Any] | None = None

    def submit(self, size: int) -> Submit:
        """Submit a job for each of some items."""
        array = {"arrayProperties": {"size": size}} if size > 1 else {}
        return Submit({**self.request, **array}, self.seconds)

    def again(self) -> "_Jobs":
        """The jobs of items that were reclaimed."""
        return replace(self, request=self.fallback or {}, fallback=None)


def steps_of(undertaking: Undertaking, fan_out: FanOut) -> Steps:
    """The steps of a fan-out.

    Args:
        undertaking: the work, and where requests are counted.
        fan_out: which one.

    Raises:
        TooManyItemsError: it would refuse its list.
        OperationError: a queue or a job definition is not known.
    """
    items = undertaking.items(fan_out.name)
    wanted = undertaking.strategies.get(fan_out.name, fan_out.kind)
    most = fan_out.most_items if wanted == fan_out.kind else _most_items(wanted, fan_out)
    if wanted != fan_out.kind:  # limits of the one strategy mean something else in the other
        kept = {name: value for name, value in fan_out.options.items() if name not in _OPTIONS_OF_ONE_KIND}
        fan_out = replace(fan_out, options=kept)
    if most is not None and items > most:
        raise TooManyItemsError(f"{fan_out.name}: {wanted} takes up to {most:,} items, and there are {items:,}")
    if items:
        yield from _KINDS[wanted](undertaking, fan_out, items)
    else:
        undertaking.requests.transitions += 3  # its list is read, checked, and summed up


def knows(kind: str) -> bool:
    """Whether a kind of construct is a fan-out whose steps are known."""
    return kind in _KINDS


def _most_items(kind: str, fan_out: FanOut) -> int | None:
    several = len(fan_out.options.get("fallback_queue") or "") > 0 and kind == "MapFanOut"
    return _MOST_ITEMS_OF_MAP_WITH_FALLBACK if several else MOST_ITEMS.get(kind)


def _array(undertaking: Undertaking, fan_out: FanOut, items: int) -> Steps:
    """*Read items*, *Check items*, *Plan jobs*, *Choose how to run*; the arrays; three states to the end."""
    undertaking.requests.transitions += 8 + _store(undertaking, items)
    jobs = _jobs(undertaking, fan_out)
    count = -(-items // MAX_ARRAY_SIZE)
    bounds = [items * number // count for number in range(count + 1)]
    sizes = [undertaking.simulated(end - begin) for begin, end in pairwise(bounds)]
    yield Together(_chunk(undertaking, jobs, size) for size in sizes)


def _map(undertaking: Undertaking, fan_out: FanOut, items: int) -> Steps:
    undertaking.requests.transitions += 7 + _store(undertaking, items)
    jobs = _jobs(undertaking, fan_out)
    at_a_time = int(fan_out.options.get("max_concurrency", STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY))
    yield Together((_item(undertaking, jobs) for _ in range(undertaking.simulated(items))), at_a_time)


def _distributed(undertaking: Undertaking, fan_out: FanOut, items: int) -> Steps:
    from_input = state_name(fan_out.name, _CHECK_ITEMS) in fan_out.states  # a source in S3 is not checked
    undertaking.requests.transitions += 8 if from_input else 7
    undertaking.requests.puts += items
    undertaking.requests.gets += items
    jobs = _jobs(undertaking, fan_out)
    batch = int(fan_out.options.get("batch_size", _BATCH_SIZE))
    at_a_time = int(fan_out.options.get("max_concurrency", SUBMIT_JOB_PER_SECOND))
    number, at_a_time, within = undertaking.batches(-(-items // batch), at_a_time)
    last = items - (-(-items // batch) - 1) * batch

    def batches() -> Iterator[Steps]:
        for place in range(number):
            yield _batch(within, jobs, batch if place < number - 1 else last)

    yield Together(batches(), at_a_time)


def _batch(undertaking: Undertaking, jobs: _Jobs, size: int) -> Steps:
    stored = size > _INLINE_ITEMS
    undertaking.requests.transitions += 3 if stored else 1
    undertaking.requests.puts += int(stored)
    yield from _chunk(undertaking, jobs, undertaking.simulated(size))


def _chunk(undertaking: Undertaking, jobs: _Jobs, size: int) -> Steps:
    """Items that run as one job or one array job, and those of them again that were reclaimed."""
    requests = undertaking.requests
    requests.transitions += 4 if jobs.fallback else 2
    ended: Ended = yield jobs.submit(size)
    if lost := ended.reclaimed + ended.failed:
        requests.transitions += 2 * -(-lost // _PAGE) if size > 1 else 1
    if jobs.fallback and ended.reclaimed:
        requests.transitions += 1
        requests.puts += 1
        yield from _chunk(undertaking, jobs.again(), ended.reclaimed)


def _item(undertaking: Undertaking, jobs: _Jobs) -> Steps:
    undertaking.requests.transitions += 1
    ended: Ended = yield jobs.submit(1)
    if ended.reclaimed or ended.failed:
        undertaking.requests.transitions += 1
    if jobs.fallback and ended.reclaimed:
        yield from _item(undertaking, jobs.again())


def _stages(undertaking: Undertaking, fan_out: FanOut, items: int) -> Steps:
    """A job for each stage, each after that of the stage before; the execution waits for the last one."""
    kind = "array" if items > 1 else "job"
    stages = [stage["name"] for stage in fan_out.options.get("stages", ())]
    undertaking.requests.transitions += 6 + len(stages) + _store(undertaking, items)
    arguments = dict(fan_out.arguments)
    size = undertaking.simulated(items)
    previous: str | None = None
    for stage in stages:
        last = stage is stages[-1]
        state = state_name(fan_out.name, f"{'Run' if last else 'Submit'} {stage} {kind}")
        request = submit_request(undertaking.parts, state, arguments[state])
        undertaking.queues[request["jobQueue"]] = None
        array = {"arrayProperties": {"size": size}} if size > 1 else {}
        seconds = undertaking.seconds(stage, within=fan_out.name)
        ended: Ended = yield Submit({**request, **array}, seconds, wait=last, after=previous)
        previous = ended.job_id


def _tasks(undertaking: Undertaking, fan_out: FanOut, items: int) -> Steps:
    undertaking.requests.transitions += 7 + _store(undertaking, items)
    name = str(fan_out.options.get("task_definition", ""))
    size = next((size for arn, size in undertaking.parts.tasks.items() if name and (name in arn or arn in name)), None)
    if size is None:
        raise OperationError(f"{fan_out.name}: its task definition {name} is in none of the stacks that were read")
    at_a_time = int(fan_out.options.get("max_concurrency", STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY))
    spot, attempts = bool(fan_out.options.get("spot")), int(fan_out.options.get("attempts", 3))
    fallback = bool(fan_out.options.get("on_demand_fallback"))
    seconds = undertaking.seconds(fan_out.name)

    def item() -> Steps:
        for attempt in range(attempts):
            undertaking.requests.transitions += 1
            last = attempt == attempts - 1
            ended: Ended = yield RunTask(size, spot and not (last and fallback), seconds)
            if not ended.reclaimed:
                return

    yield Together((item() for _ in range(undertaking.simulated(items))), at_a_time)


def _functions(undertaking: Undertaking, fan_out: FanOut, items: int) -> Steps:
    undertaking.requests.transitions += 7
    undertaking.requests.note(f"{fan_out.name}: what its Lambda functions cost is left out.")
    at_a_time = int(fan_out.options.get("max_concurrency", STEP_FUNCTIONS_INLINE_MAP_CONCURRENCY))
    seconds = undertaking.seconds(fan_out.name)

    def item() -> Steps:
        undertaking.requests.transitions += 1
        yield Sleep(seconds)

    yield Together((item() for _ in range(undertaking.simulated(items))), at_a_time)


_KINDS: Final[Mapping[str, Callable[[Undertaking, FanOut, int], Steps]]] = {
    "ArrayFanOut": _array,
    "MapFanOut": _map,
    "DistributedFanOut": _distributed,
    "ArrayPipeline": _stages,
    "EcsTaskFanOut": _tasks,
    "LambdaFanOut": _functions,
}


def _store(undertaking: Undertaking, items: int) -> int:
    """Count what a list costs in S3; how many more state transitions a long one takes."""
    undertaking.requests.puts += items  # the results
    if items <= _INLINE_ITEMS:
        return 0
    undertaking.requests.puts += 1
    undertaking.requests.gets += items
    return 2


def _jobs(undertaking: Undertaking, fan_out: FanOut) -> _Jobs:
    [(name, arguments), *_] = fan_out.arguments
    [queue, *fallback] = queues_of(undertaking.parts, name, arguments)
    undertaking.queues.update(dict.fromkeys((queue, *fallback)))
    requests = [submit_request(undertaking.parts, name, arguments, queue=arn) for arn in (queue, *fallback)]
    return _Jobs(requests[0], undertaking.seconds(fan_out.name), requests[1] if fallback else None)
