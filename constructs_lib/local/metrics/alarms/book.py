"""The alarms of an account in a region: kept, evaluated when they are due, and what follows from a new state."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol

from constructs_lib.local.metrics.alarms import history
from constructs_lib.local.metrics.alarms.alarm import Alarm, State
from constructs_lib.local.metrics.alarms.evaluation import evaluate, metrics_of
from constructs_lib.local.metrics.alarms.rules import rule
from constructs_lib.local.metrics.alarms.states import ALARM, OK
from constructs_lib.local.metrics.series.metric import Metric
from constructs_lib.local.metrics.series.store import Store


@dataclass(frozen=True)
class Transition:
    """A new state of an alarm.

    Args:
        alarm: the alarm.
        before: the state that it had.
        after: the state that it has.
        now: when, in seconds.
    """

    alarm: Alarm
    before: State
    after: State
    now: float


class Listener(Protocol):
    """Who is told of new states, and does what is to be done then."""

    def changed(self, transition: Transition) -> None:
        """An alarm has another state, whatever it does."""
        ...

    def act(self, transition: Transition, action: str) -> str | None:
        """Do an action; why it failed, or None."""
        ...

    def wake(self) -> None:
        """An alarm is due earlier than before."""
        ...


class Book:
    """The alarms.

    Args:
        store: what they watch.
        listener: hears of new states.
    """

    def __init__(self, store: Store, listener: Listener) -> None:
        self.alarms: dict[str, Alarm] = {}
        self.history: list[history.Item] = []
        self._store = store
        self._listener = listener
        self._lock = threading.RLock()
        self._settled: dict[Metric, set[str]] = {}
        self._transitions: SimpleQueue[tuple[Transition, list[str]]] = SimpleQueue()
        store.told = self._told

    def put(self, arn: str, request: Mapping[str, Any], now: float) -> Alarm:
        """Make an alarm, or change it: it keeps its state then."""
        with self._lock:
            alarm = Alarm(arn, request, now)
            before = self.alarms.get(alarm.name)
            if before:
                alarm.state = before.state
            self.alarms[alarm.name] = alarm
            self.history.append(history.configured(alarm, before, now))
            if alarm.rule is None:
                alarm.due = alarm.next_evaluation(now)
            self._judge_composites(now, [alarm] if alarm.rule is not None else [])
        self._follow()
        self._listener.wake()
        return alarm

    def remove(self, names: Iterable[str], now: float) -> None:
        """Delete alarms; those that are not there are no error."""
        with self._lock:
            for name in names:
                if alarm := self.alarms.pop(name, None):
                    self.history.append(history.deleted(alarm, now))

    def due(self) -> float | None:
        """When the next alarm is to be evaluated."""
        with self._lock:
            return min((alarm.due for alarm in self.alarms.values() if alarm.due is not None), default=None)

    def evaluate(self, now: float) -> None:
        """Evaluate all that are due by now."""
        with self._lock:
            for alarm in [each for each in self.alarms.values() if each.due is not None and each.due <= now]:
                alarm.due = alarm.next_evaluation(now)
                verdict = evaluate(alarm, self._store, int(now // alarm.every * alarm.every))
                if verdict.value is not None and verdict.value != alarm.state.value:
                    self._change(alarm, verdict.value, verdict.reason, verdict.data, now)
                if verdict.is_settled:
                    self._settle(alarm)
        self._follow()

    def set_state(self, alarm: Alarm, value: str, reason: str, data: str | None, now: float) -> None:
        """Give an alarm a state until it is evaluated the next time."""
        with self._lock:
            if value == alarm.state.value:
                alarm.state = State(value, reason, data, now, alarm.state.transitioned)
                return
            self._change(alarm, value, reason, data, now)
            if alarm.rule is None:
                alarm.due = alarm.next_evaluation(now)
        self._follow()
        self._listener.wake()

    def _change(self, alarm: Alarm, value: str, reason: str, data: str | None, now: float) -> None:
        before, alarm.state = alarm.state, State(value, reason, data, now, now)
        self.history.append(history.changed(alarm, before, now))
        acts = alarm.actions_enabled and not self._is_suppressed(alarm)
        self._transitions.put((Transition(alarm, before, alarm.state, now), alarm.actions(value) if acts else []))
        self._judge_composites(now, [each for each in self.alarms.values() if each is not alarm])

    def _follow(self) -> None:
        """Do what follows from new states, while others may put what this brings about."""
        while not self._transitions.empty():
            transition, actions = self._transitions.get()
            self._listener.changed(transition)
            for action in actions:
                problem = self._listener.act(transition, action)
                self.history.append(history.acted(transition.alarm, action, problem, transition.now))

    def _is_suppressed(self, alarm: Alarm) -> bool:
        suppressor = self.alarms.get(str(alarm.put.get("ActionsSuppressor") or "").rpartition(":alarm:")[2])
        return suppressor is not None and suppressor.state.value == ALARM

    def _judge_composites(self, now: float, among: Iterable[Alarm]) -> None:
        for alarm in [each for each in among if each.rule is not None]:
            states = {each.name: each.state.value for each in self.alarms.values()}
            value = ALARM if rule(str(alarm.rule)).holds(states) else OK
            if value != alarm.state.value:
                named = sorted(rule(str(alarm.rule)).names)
                shown = ", ".join(f"{name} is {states.get(name, 'not there')}" for name in named)
                self._change(alarm, value, f"{alarm.rule} was updated: {shown}.", None, now)

    def _settle(self, alarm: Alarm) -> None:
        """Evaluate an alarm no more until something is put that it watches."""
        alarm.due = None
        for metric in metrics_of(alarm):
            self._settled.setdefault(metric, set()).add(alarm.name)

    def _told(self, metric: Metric) -> None:
        if metric not in self._settled:  # as nearly always: it costs nothing then
            return
        with self._lock:
            names = self._settled.pop(metric, set())
            found = [self.alarms[name] for name in names if name in self.alarms]
            for alarm in found:
                alarm.due = 0.0  # at the next moment at which it may be
        if found:
            self._listener.wake()
