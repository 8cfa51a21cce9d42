"""An execution in virtual time: its steps, the scheduler of AWS Batch, and nothing that runs."""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from constructs_lib.local.batch.definitions.submission import job_spec
from constructs_lib.local.batch.errors import BatchError
from constructs_lib.local.batch.registry import Registry
from constructs_lib.local.scheduler.jobs.attempt import Ending
from constructs_lib.local.scheduler.jobs.job import AnyJob, ArrayJob, Dependency, Job, JobSpec, Status
from constructs_lib.local.scheduler.scheduler import Scheduler
from constructs_lib.local.scheduler.shapes.capacity import Instance
from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.planning.assumptions import Reclaims, Starts
from constructs_lib.ops.planning.parts import kind_of
from constructs_lib.ops.planning.steps import Ended, RunTask, Sleep, Step, Steps, Submit, Together
from constructs_lib.ops.planning.usage import Curve, FargateKind, InstanceKind, Usage

RECLAIMED: Final = {
    "SPOT": "Host EC2 (instance i-00000000000000000) terminated.",
    "FARGATE_SPOT": "Your Spot Task was interrupted.",
}
"""Why an attempt ended, as AWS Batch says it, by the kind of capacity."""

_KILLED: Final = 137
_Then = Callable[[Any], None]


@dataclass(slots=True)
class _Running:
    """An instance that AWS runs; the scheduler may take it for another one when no job was on it for a moment."""

    started: float
    ready: float
    kind: InstanceKind
    environment: str
    pulled: dict[str, float] = field(default_factory=dict)


class Run:
    """One execution.

    Args:
        registry: the resources of AWS Batch.
        starts: how long it takes until containers run.
        reclaims: of Spot capacity.
    """

    def __init__(self, registry: Registry, starts: Starts, reclaims: Reclaims) -> None:
        self._registry = registry
        self._starts = starts
        self._reclaims = reclaims
        self._scheduler = Scheduler(registry, self._final)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._ready: deque[Callable[[], None]] = deque()
        self._waiting: dict[AnyJob, _Then] = {}
        self._instances: dict[Instance, _Running] = {}
        self._unused: list[_Running] = []
        self._specs: dict[str, JobSpec] = {}
        self.now = 0.0
        self.usage = Usage()
        self.curve = Curve()
        self.running = 0
        self.most_running = 0

    def to_the_end(self, steps: Steps) -> float:
        """Run until nothing is left to happen; how many seconds the execution took.

        Raises:
            OperationError: a job can never run, or AWS Batch would refuse it.
        """
        ended: list[float] = []
        self._advance(steps, None, lambda _: ended.append(self.now))
        self._settle()
        while self._events or self._scheduler.next_deadline() is not None:
            deadline = self._scheduler.next_deadline()
            moment = min(self._events[0][0] if self._events else deadline or 0.0, deadline or float("inf"))
            self.now = max(self.now, moment)
            while self._events and self._events[0][0] <= self.now:
                heapq.heappop(self._events)[2]()
            for job in self._scheduler.expire(self.now):
                self._end(job, len(job.attempts), Ending(_KILLED))
            self._settle()
        if stuck := self._scheduler.stuck():
            raise OperationError(f"these jobs can never run: {'; '.join(stuck)}")
        if not ended:
            raise OperationError("the execution would never end: jobs wait for capacity that its queues do not have")
        self._unused += self._instances.values()
        self._stop_unused()
        return ended[0]

    def _settle(self) -> None:
        """Do what follows at this moment, until only time helps."""
        while True:
            while self._ready:
                self._ready.popleft()()
            placed = self._scheduler.place(self.now)
            for job in placed:
                self._start(job)
            if not placed and not self._ready:
                self._stop_unused()
                return

    def _at(self, moment: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._order), happens))

    def _advance(self, steps: Steps, result: Any, then: _Then) -> None:
        try:
            step = steps.send(result)
        except StopIteration as stop:
            then(stop.value)
            return
        self._begin(step, lambda value: self._ready.append(lambda: self._advance(steps, value, then)))

    def _begin(self, step: Step, then: _Then) -> None:
        match step:
            case Sleep(seconds):
                self._at(self.now + seconds, lambda: then(None))
            case Submit():
                self._submit(step, then)
            case RunTask():
                self._run_task(step, then)
            case Together(each, at_a_time):
                _Group(self._advance_soon, each, at_a_time, then).more()

    def _advance_soon(self, steps: Steps, then: _Then) -> None:
        self._ready.append(lambda: self._advance(steps, None, then))

    def _submit(self, step: Submit, then: _Then) -> None:
        spec = self._spec(step)
        job_id = f"job-{next(self._order)}"
        job = self._scheduler.submit(job_id, spec, self.now)
        self.usage.jobs += spec.size or 1
        if step.wait:
            self._waiting[job] = then
        else:
            then(Ended(job_id))

    def _spec(self, step: Submit) -> JobSpec:
        """What is submitted; the same for the same request, so that a million items share a few."""
        key = repr((step.request, step.seconds, step.after))
        if key not in self._specs:
            try:
                spec = job_spec(self._registry, step.request)
            except BatchError as error:
                raise OperationError(f"AWS Batch would refuse the job: {error.message}") from None
            after = (Dependency(step.after, "N_TO_N" if spec.size else None),) if step.after else ()
            details = {**spec.details, "seconds": step.seconds}
            self._specs[key] = replace(spec, depends_on=after, details=details)
        return self._specs[key]

    def _final(self, job: AnyJob) -> None:
        if isinstance(job, Job) and job.status is Status.FAILED:
            self.usage.failed += 1
        if then := self._waiting.pop(job, None):
            then(_ended(job))

    def _start(self, job: Job) -> None:
        kind = self._kind(job)
        begin = self._begins(job, kind)
        seconds = float(job.spec.details["seconds"])
        ending, ends = Ending(0), begin + seconds
        if kind in RECLAIMED:
            after = self._reclaims.after(seconds, f"{job.id}-{len(job.attempts)}")
            if after is not None:
                ending, ends = Ending(_KILLED, status_reason=RECLAIMED[kind]), begin + after
        attempt = len(job.attempts)
        self.usage.attempts += 1
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        if begin > self.now:
            self._at(begin, lambda: self._run(job, attempt))
        else:
            self._scheduler.running(job, self.now)
        self._at(ends, lambda: self._end(job, attempt, ending))
        job.attempts[-1].log_stream = str(self.now)  # when it was placed: nothing here writes logs

    def _run(self, job: Job, attempt: int) -> None:
        if len(job.attempts) == attempt and job.status is Status.STARTING:
            self._scheduler.running(job, self.now)

    def _kind(self, job: Job) -> str:
        return kind_of(self._registry.environments[job.environment].description)

    def _begins(self, job: Job, kind: str) -> float:
        """When the container of a placed job runs."""
        if job.instance is None:
            pause = self._starts.fargate + self._starts.image if kind.startswith("FARGATE") else 0.0
            return self.now + pause
        running = self._instances.get(job.instance)
        if running is None:
            instance_kind = InstanceKind(job.instance.shape.name, kind == "SPOT")
            running = self._idle(job.environment, instance_kind) or _Running(
                self.now, self.now + self._starts.instance, instance_kind, job.environment
            )
            self._instances[job.instance] = running
        image = job.spec.definition.arn
        if image not in running.pulled:
            running.pulled[image] = max(self.now, running.ready) + self._starts.image
        return max(self.now, running.pulled[image])

    def _end(self, job: Job, attempt: int, ending: Ending) -> None:
        if not job.status.placed or len(job.attempts) != attempt:
            return  # it was stopped before
        instance, kind = job.instance, self._kind(job)
        placed = float(job.attempts[-1].log_stream)
        self.running -= 1
        self.usage.reclaimed += ending.status_reason is not None
        self.usage.job_vcpu_seconds += job.spec.vcpus * (self.now - placed)
        self.curve.add(placed, self.now, job.spec.vcpus)
        if kind.startswith("FARGATE"):
            charged = max(0.0, self.now - placed - self._starts.fargate)
            architecture = (job.spec.container.get("runtimePlatform") or {}).get("cpuArchitecture", "X86_64")
            task = FargateKind(architecture, kind == "FARGATE_SPOT")
            self.usage.add_task(task, job.spec.vcpus, job.spec.memory, charged)
        elif instance is None:
            self.usage.elsewhere[kind] += job.spec.vcpus * (self.now - placed)
        if job.status is Status.STARTING:
            self._scheduler.running(job, self.now)
        self._scheduler.ended(job, ending, self.now)
        if instance is not None and not instance.running and (running := self._instances.pop(instance, None)):
            self._unused.append(running)

    def _idle(self, environment: str, kind: InstanceKind) -> _Running | None:
        """An instance that a job has left at this moment, which AWS gives to the next one instead of stopping it."""
        for running in self._unused:
            if (running.environment, running.kind) == (environment, kind):
                self._unused.remove(running)
                return running
        return None

    def _stop_unused(self) -> None:
        for running in self._unused:
            self.usage.add_instance(running.kind, self.now - running.started)
        self._unused.clear()

    def _run_task(self, step: RunTask, then: _Then) -> None:
        begin = self.now + self._starts.fargate + self._starts.image
        after = self._reclaims.after(step.seconds, f"task-{next(self._order)}") if step.spot else None
        ends = begin + (step.seconds if after is None else after)
        self.usage.jobs += 1
        self.usage.attempts += 1
        self.usage.reclaimed += after is not None
        self.usage.job_vcpu_seconds += step.size.vcpus * (ends - self.now)
        self.curve.add(self.now, ends, step.size.vcpus)
        kind = FargateKind(step.size.architecture, step.spot)
        self.usage.add_task(kind, step.size.vcpus, step.size.memory, ends - self.now - self._starts.fargate)
        self._at(ends, lambda: then(Ended("task", reclaimed=int(after is not None))))


class _Group:
    """Several that go on at the same time."""

    def __init__(
        self, advance: Callable[[Steps, _Then], None], each: Iterator[Steps], at_a_time: float, then: _Then
    ) -> None:
        self._advance = advance
        self._each = each
        self._left = at_a_time
        self._running = 0
        self._then = then

    def more(self) -> None:
        """Let as many go on as may."""
        while self._left > 0:
            steps = next(self._each, None)
            if steps is None:
                break
            self._left -= 1
            self._running += 1
            self._advance(steps, self._over)
        if not self._running:
            self._then(None)

    def _over(self, _: Any) -> None:
        self._left += 1
        self._running -= 1
        self.more()


def _ended(job: AnyJob) -> Ended:
    jobs = [child for child in job.children if child.status is Status.FAILED] if isinstance(job, ArrayJob) else [job]
    failed = [child for child in jobs if child.status is Status.FAILED]
    reclaimed = sum(child.attempts != [] and child.attempts[-1].status_reason in RECLAIMED.values() for child in failed)
    return Ended(job.id, reclaimed, len(failed) - reclaimed)
