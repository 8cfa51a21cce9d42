"""Delivers, and tries again what has failed, by the clock of the embedded AWS."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.clocks.timer import Timer
from constructs_lib.local.deliveries.disturbances import Disturbance, Disturbances
from constructs_lib.local.deliveries.overtaking import Overtaking
from constructs_lib.local.deliveries.problems import Problem, problem_of
from constructs_lib.local.deliveries.retries import Loss, RetryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What is to reach a target.

    Args:
        source: the ARN of the schedule, the rule or the pipe.
        target: the ARN of what it is for.
        since: when it began to count, in seconds since the epoch.
        policy: when to give up.
        send: makes one attempt, the first of which is 1; raises what it fails with.
        helps: whether another attempt may help after a failure.
        lost: is told when all was in vain.
        ended: is called after the end, whether it succeeded or not.
    """

    source: str
    target: str
    since: float
    policy: RetryPolicy
    send: Callable[[int], object]
    helps: Callable[[Problem], bool]
    lost: Callable[[Loss], object]
    ended: Callable[[], object] = lambda: None


class Deliverer:
    """Delivers everything of one embedded AWS.

    Args:
        clock: tells the time.
        disturbances: what goes wrong on purpose.
    """

    def __init__(self, clock: Clock, disturbances: Disturbances) -> None:
        self._clock = clock
        self._disturbances = disturbances
        self._timer = Timer(clock, "deliveries")
        self._overtaking = Overtaking(clock)
        self._threads: set[threading.Thread] = set()

    def deliver(self, delivery: Delivery, *, at_once: bool = False) -> None:
        """Begin to deliver; whatever fails is tried again later.

        Args:
            delivery: what.
            at_once: make the first attempt before this returns. Default: in a thread of its own.
        """
        disturbance = self._disturbances.of_delivery(delivery.source, delivery.target)
        for _ in range(disturbance.copies):
            if disturbance.seconds:
                self._run(partial(self._wait, delivery, disturbance))
            elif at_once:
                self._begin(delivery)
            else:
                self._run(partial(self._begin, delivery))

    def close(self) -> None:
        """Try nothing again."""
        self._overtaking.close()
        self._timer.close()

    def join(self) -> None:
        """Wait until the last attempt has ended."""
        for thread in list(self._threads):
            thread.join()

    def _wait(self, delivery: Delivery, disturbance: Disturbance) -> None:
        if self._overtaking.wait(delivery.source, disturbance.seconds, is_overtaken=disturbance.is_overtaken):
            self._attempt(delivery, 1)

    def _begin(self, delivery: Delivery) -> None:
        self._attempt(delivery, 1)
        self._overtaking.passed(delivery.source)

    def _run(self, call: Callable[[], None]) -> None:
        def run() -> None:
            try:
                call()
            finally:
                self._threads.discard(threading.current_thread())

        thread = self._clock.thread(run, name="delivery")
        self._threads.add(thread)
        thread.start()

    def _attempt(self, delivery: Delivery, number: int) -> None:
        problem = self._disturbances.of_attempt(delivery.source, delivery.target) or _sent(delivery, number)
        if problem is None:
            delivery.ended()
            return
        retries, policy = number - 1, delivery.policy
        if not delivery.helps(problem):
            self._give_up(delivery, Loss(problem, retries))
        elif retries >= policy.retries:
            self._give_up(delivery, Loss(problem, retries, "MaximumRetryAttempts"))
        else:
            moment, last = self._clock.now() + policy.pause(number), delivery.since + policy.age
            if moment <= last:
                self._timer.at(moment, partial(self._run, partial(self._attempt, delivery, number + 1)))
            else:
                loss = Loss(problem, retries, "MaximumEventAgeInSeconds")
                self._timer.at(last, partial(self._run, partial(self._give_up, delivery, loss)))

    def _give_up(self, delivery: Delivery, loss: Loss) -> None:
        delivery.lost(loss)
        delivery.ended()


def _sent(delivery: Delivery, number: int) -> Problem | None:
    try:
        delivery.send(number)
    except Exception as error:  # noqa: BLE001 - what is none of a call is raised again
        return problem_of(error)
    return None
