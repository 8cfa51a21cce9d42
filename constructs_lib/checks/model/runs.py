"""Which definitions run in which environments."""

from collections.abc import Iterator
from dataclasses import dataclass

from constructs_lib.checks.model.capacity import Environment, Queue
from constructs_lib.checks.model.jobs import Definition
from constructs_lib.checks.model.submits import Submit


@dataclass(frozen=True, eq=False)
class Run:
    """Jobs of a definition in an environment.

    Args:
        definition: what runs.
        environment: where it runs, or may, if its queue has several.
        queue: in which it waits.
        submit: what submits it; None if nothing here does, and it is the only queue that jobs may wait in.
    """

    definition: Definition
    environment: Environment
    queue: Queue
    submit: Submit | None

    @property
    def shown(self) -> str:
        """What runs where, in words."""
        by = f", submitted by {self.submit.shown}" if self.submit else ""
        return f"{self.definition.shown} in {self.environment.shown}{by}"


def runs_of(queues: list[Queue], submits: list[Submit], definitions: list[Definition]) -> list[Run]:
    """Each definition with each environment that can run it, once.

    A definition that nothing submits runs in the queue of these templates, if they have one queue.
    """
    found: dict[tuple[str, str], Run] = {}
    for run in (*_submitted(submits), *_others(queues, submits, definitions)):
        if run.environment.kind and run.definition.platforms and run.environment.kind in run.definition.platforms:
            found.setdefault((run.definition.resource.key, run.environment.resource.key), run)
    return [*found.values()]


def _submitted(submits: list[Submit]) -> Iterator[Run]:
    for submit in submits:
        queue, definition = submit.queue, submit.definition
        for environment in (queue.environments or ()) if queue and definition else ():
            if queue and definition and environment:
                yield Run(definition, environment, queue, submit)


def _others(queues: list[Queue], submits: list[Submit], definitions: list[Definition]) -> Iterator[Run]:
    if len(queues) != 1:
        return
    submitted = {submit.definition.resource.key for submit in submits if submit.definition}
    for definition in definitions:
        for environment in queues[0].environments or ():
            if environment and definition.resource.key not in submitted:
                yield Run(definition, environment, queues[0], None)
