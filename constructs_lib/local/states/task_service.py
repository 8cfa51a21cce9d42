"""What the interpreter needs of Amazon ECS, besides its API: to hear of the end of a task."""

import threading
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class StoppedTask:
    """A task that has stopped.

    Args:
        description: as ``DescribeTasks`` shows it.
        succeeded: whether it ended by itself, all its essential containers with exit code 0.
    """

    description: dict[str, Any]
    succeeded: bool


class TaskService(Protocol):
    """Awaits and stops tasks; called from many threads at once."""

    def wait_for_task(self, arn: str, *, interruption: threading.Event) -> StoppedTask | None:
        """Return the task once it has stopped, None if the event was set before."""
        ...

    def stop_task(self, arn: str, reason: str) -> None:
        """Stop a task; one that has stopped already stays as it is."""
        ...
