"""What a state is given in place of what it would do, and which states are given it at the moment."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MockResult:
    """A result.

    Args:
        value: any JSON value, taken as it is; or a function of the state's input that gives one.
    """

    value: Any


@dataclass(frozen=True)
class MockError:
    """A failure.

    Args:
        error: its name, such as ``Batch.ClientException``.
        cause: what is wrong, in words.
    """

    error: str
    cause: str = ""


Answer = MockResult | MockError


@dataclass(frozen=True)
class StateVisit:
    """Where a state is about to do its work.

    Args:
        machine: the name of the state machine.
        state: the name of the state.
        execution: the ARN of the execution.
        item: the index of the Map's item, if it is inside of a Map.
        given: the state's input.
    """

    machine: str
    state: str
    execution: str
    item: int | None
    given: Any


class Mock:
    """Answers in turn, for one state; the last one stays.

    Each execution, and in a Map each item of it, has turns of its own, so that what runs at once takes nothing from
    each other.

    Args:
        state: the name of the state.
        answers: at least one.
        machine: the name of the state machine. Default: any.
    """

    def __init__(self, state: str, answers: Sequence[Answer], machine: str | None = None) -> None:
        self.state = state
        self.used = 0
        """How many times it has answered."""
        self._machine = machine
        self._answers = list(answers)
        self._turns: dict[tuple[str, int | None], int] = {}
        self._lock = threading.Lock()

    def is_for(self, place: StateVisit) -> bool:
        """Whether it answers there."""
        return place.state == self.state and self._machine in (None, place.machine)

    def answer(self, place: StateVisit) -> Answer:
        """The next answer."""
        with self._lock:
            self.used += 1
            turn = self._turns.get((place.execution, place.item), 0)
            self._turns[place.execution, place.item] = turn + 1
        answer = self._answers[min(turn, len(self._answers) - 1)]
        if isinstance(answer, MockResult) and callable(answer.value):
            return MockResult(answer.value(place.given))
        return answer


class Mocks:
    """The mocks that are in force; the newest that is for a state answers."""

    def __init__(self) -> None:
        self._mocks: list[Mock] = []

    @contextmanager
    def during(self, mock: Mock) -> Iterator[Mock]:
        """Let a mock answer while the context is open."""
        self._mocks.insert(0, mock)
        try:
            yield mock
        finally:
            self._mocks.remove(mock)

    def at(self, place: Callable[[], StateVisit]) -> Mock | None:
        """The mock that answers at a place, which is asked for only if there are mocks."""
        if not self._mocks:
            return None
        where = place()
        return next((mock for mock in list(self._mocks) if mock.is_for(where)), None)


MOCKS = Mocks()
"""Those of this process, as there is one embedded AWS in it."""
