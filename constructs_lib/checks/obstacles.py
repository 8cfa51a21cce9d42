"""Jobs that can start in no environment of their queue, as findings at what has to change."""

from collections.abc import Callable, Iterator

from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.placement import Obstacle
from constructs_lib.checks.model.submits import Submit
from constructs_lib.checks.rule import Found


def obstructed(pipelines: Pipelines, obstacle: Obstacle, asked: Callable[[Submit], str]) -> Iterator[Found]:
    """The submits whose jobs nothing in their queue can ever start, told once: by what keeps them from the first.

    Args:
        pipelines: what is checked.
        obstacle: what keeps them.
        asked: what a submit asks for, in words.
    """
    for submit, refused in pipelines.refused:
        if refused[0].obstacle != obstacle or submit.queue is None or submit.definition is None:
            continue
        reasons = "; ".join(f"{each.environment.shown}: {each.words}" for each in refused)
        got = f"{asked(submit)} of {submit.definition.shown} in {submit.queue.shown}"
        allowed = f"no environment of that queue can ever start it: {reasons}"
        if submit.overrides is None:
            containers = submit.definition.containers
            path = containers[0].path if len(containers) == 1 else ()
            yield Found(submit.definition.resource, path, f"{got}, submitted by {submit.shown}", allowed)
        else:
            yield Found(submit.resource, submit.path, f"{got} by {submit.shown}", allowed)
