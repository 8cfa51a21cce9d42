"""Which runner an embedded AWS has, by the name that its user gives."""

from collections.abc import Callable
from typing import Literal, get_args

from constructs_lib.local.runners import Runner
from constructs_lib.local.runners.container import ContainerEngine, NoEngineError, find_engine

RunnerName = Literal["process", "container", "auto"]
"""``auto`` is ``container`` where an engine answers, and ``process`` elsewhere."""

RUNNER_NAMES: tuple[RunnerName, ...] = get_args(RunnerName)


def check_name(name: str) -> None:
    """Refuse what is no name of a runner.

    Raises:
        ValueError: no runner has the name.
    """
    if name not in RUNNER_NAMES:
        raise ValueError(f"runner: got {name!r}, expected one of {', '.join(RUNNER_NAMES)} or a Runner")


def choose(
    name: RunnerName, processes: Callable[[], Runner], containers: Callable[[ContainerEngine], Runner]
) -> Runner:
    """Make the runner with a name.

    Args:
        name: the name.
        processes: makes the runner of processes.
        containers: makes the runner of containers.

    Raises:
        NoEngineError: it is to be containers, and no engine answers.
        ValueError: no runner has the name.
    """
    check_name(name)
    if name == "process":
        return processes()
    try:
        engine = find_engine()
    except NoEngineError:
        if name == "container":
            raise
        return processes()
    return containers(engine)
