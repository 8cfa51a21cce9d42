"""Who submits which definition to which queue: states, rules of EventBridge, schedules and pipes.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html,
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html and
https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_PipeTargetBatchJobParameters.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructs_lib.checks.model.capacity import Queue
from constructs_lib.checks.model.jobs import Definition, changed
from constructs_lib.checks.model.resources import DEFINITION, QUEUE, Model, Resource
from constructs_lib.checks.model.states import State, parsed
from constructs_lib.checks.model.values import items, member
from constructs_lib.instance_types.fitting import Demand
from constructs_lib.templates.unknown import Unknown

_RULE: Final = "AWS::Events::Rule"
_SCHEDULE: Final = "AWS::Scheduler::Schedule"
_PIPE: Final = "AWS::Pipes::Pipe"
_STATE_CALLS: Final = ("arn:aws:states:::batch:submitJob", "arn:aws:states:::aws-sdk:batch:submitJob")
_SCHEDULED_CALL: Final = ":scheduler:::aws-sdk:batch:submitJob"


@dataclass(frozen=True, eq=False)
class Submit:
    """What submits jobs.

    Args:
        resource: the state machine, rule, schedule or pipe.
        path: where it stands among the properties of the resource.
        request: what it submits, as SubmitJob takes it; members that are not known are ``Unknown``.
        model: the stacks around it.
        state: the state of a state machine.
    """

    resource: Resource
    path: tuple[str | int, ...]
    request: Mapping[str, Any]
    model: Model
    state: State | None = None

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return f"state {self.state.name!r} of {self.resource.shown}" if self.state else self.resource.shown

    @cached_property
    def definition(self) -> Definition | None:
        """The definition; None if it is not known."""
        found = self.model.find(self.request.get("JobDefinition"), DEFINITION)
        return Definition(found) if found else None

    @cached_property
    def queue(self) -> Queue | None:
        """The queue; None if it is not known."""
        found = self.model.find(self.request.get("JobQueue"), QUEUE)
        return Queue(found, self.model) if found else None

    @property
    def takes_share(self) -> bool:
        """Whether it can name a share: the BatchParameters of rules and pipes have none."""
        return self.resource.type not in (_RULE, _PIPE)

    @property
    def role(self) -> Any:
        """The role by which it submits, as the template names it."""
        properties = self.resource.properties
        target = (self.path[0],) if self.resource.type == _SCHEDULE else self.path
        if self.resource.type in (_RULE, _SCHEDULE):
            return member(_at(properties, target), "RoleArn")
        return properties.get("RoleArn")

    @property
    def overrides(self) -> Any:
        """What it says otherwise than the definition."""
        return self.request.get("ContainerOverrides")

    @property
    def overridden(self) -> list[list[Any]]:
        """What it says otherwise of each container: of those that run in one task together, for each task."""
        nodes = items(member(self.request.get("NodeOverrides"), "NodePropertyOverrides")) or []
        of_nodes = [_containers(node) for node in nodes]
        return [group for group in (_containers(self.request), *of_nodes) if group]

    @property
    def demand(self) -> Demand:
        """What its jobs ask for; None for what is not known."""
        if self.definition is None:
            return Demand()
        several = ("EcsPropertiesOverride", "NodeOverrides", "EksPropertiesOverride")
        if any(name in self.request for name in several):
            return Demand()
        return changed(self.definition.demand, self.overrides)

    @property
    def nodes(self) -> float | None:
        """How many nodes its jobs have; None if that is not known."""
        return self.definition.nodes if self.definition and "NodeOverrides" not in self.request else None


def _containers(request: Any) -> list[Any]:
    tasks = items(member(request, "EcsPropertiesOverride", "TaskProperties")) or []
    several = [container for task in tasks for container in items(member(task, "Containers")) or ()]
    own = member(request, "ContainerOverrides")
    return several if own is None else [own, *several]


def shown_together(submits: list[Submit]) -> str:
    """Several submits in messages: the first one, and how many more."""
    more = f" and {len(submits) - 1} more" if len(submits) > 1 else ""
    return f"{submits[0].shown}{more}"


def submits_of(model: Model, states: list[State]) -> list[Submit]:
    """All submits that the templates show, with those of all states of state machines."""
    return [
        *_of_states(model, states),
        *(submit for rule in model.of_type(_RULE) for submit in _of_rule(model, rule)),
        *(submit for schedule in model.of_type(_SCHEDULE) for submit in _of_schedule(model, schedule)),
        *(submit for pipe in model.of_type(_PIPE) for submit in _of_pipe(model, pipe)),
    ]


def _of_states(model: Model, states: list[State]) -> Iterator[Submit]:
    for state in states:
        if state.resource.startswith(_STATE_CALLS) and isinstance(given := state.given, dict):
            yield Submit(state.machine, state.place, given, model, state)


def _of_rule(model: Model, rule: Resource) -> Iterator[Submit]:
    for index, target in enumerate(items(rule.properties.get("Targets")) or ()):
        parameters = member(target, "BatchParameters")
        if isinstance(parameters, dict):
            request = {**parameters, "JobQueue": member(target, "Arn")}
            yield Submit(rule, ("Targets", index), request, model)


def _of_schedule(model: Model, schedule: Resource) -> Iterator[Submit]:
    target = schedule.properties.get("Target")
    arn = member(target, "Arn")
    if not str(arn).endswith(_SCHEDULED_CALL):
        return
    given = member(target, "Input")
    found = parsed(given) if isinstance(given, str | Unknown) else None
    if isinstance(found, dict):
        yield Submit(schedule, ("Target",), found, model)


def _of_pipe(model: Model, pipe: Resource) -> Iterator[Submit]:
    parameters = member(pipe.properties, "TargetParameters", "BatchJobParameters")
    if isinstance(parameters, dict):
        request = {**parameters, "JobQueue": pipe.properties.get("Target")}
        yield Submit(pipe, ("TargetParameters", "BatchJobParameters"), request, model)


def _at(properties: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at a path; None if that is not known."""
    for key in path:
        if isinstance(key, int):
            listed = items(properties) or []
            properties = listed[key] if key < len(listed) else None
        else:
            properties = member(properties, key)
    return properties
