"""What rules look at: queues, environments, definitions, submits, state machines, and all other resources."""

from collections.abc import Iterator
from functools import cached_property

from constructs_lib.checks.model.capacity import Environment, Queue
from constructs_lib.checks.model.endpoints import Endpoints
from constructs_lib.checks.model.files import TemplateFile
from constructs_lib.checks.model.handed_on import handed_on
from constructs_lib.checks.model.jobs import Definition
from constructs_lib.checks.model.lifetimes import Lifetimes
from constructs_lib.checks.model.placement import Refusal, refusals
from constructs_lib.checks.model.resources import DEFINITION, ENVIRONMENT, MACHINE, QUEUE, Model, Resource
from constructs_lib.checks.model.routes import Routes
from constructs_lib.checks.model.runs import Run, runs_of
from constructs_lib.checks.model.security_groups import SecurityGroups
from constructs_lib.checks.model.states import State, states_of
from constructs_lib.checks.model.submits import Submit, submits_of


class Pipelines:
    """Everything that some templates describe.

    Args:
        files: the templates, which may refer to each other.

    Raises:
        CheckError: one cannot be evaluated.
    """

    def __init__(self, files: list[TemplateFile]) -> None:
        self.model = Model(files)

    @cached_property
    def environments(self) -> list[Environment]:
        """All compute environments."""
        return [Environment(resource) for resource in self.model.of_type(ENVIRONMENT)]

    @cached_property
    def queues(self) -> list[Queue]:
        """All queues."""
        return [Queue(resource, self.model) for resource in self.model.of_type(QUEUE)]

    @cached_property
    def definitions(self) -> list[Definition]:
        """All job definitions."""
        return [Definition(resource) for resource in self.model.of_type(DEFINITION)]

    @cached_property
    def submits(self) -> list[Submit]:
        """All that submits jobs."""
        return submits_of(self.model, self.states)

    @cached_property
    def refused(self) -> list[tuple[Submit, list[Refusal]]]:
        """The submits whose jobs can start nowhere, with what keeps them from each environment of their queue."""
        return [(submit, refused) for submit in self.submits if (refused := refusals(submit))]

    @cached_property
    def states(self) -> list[State]:
        """All states of all state machines."""
        return [state for machine in self.model.of_type(MACHINE) for state in states_of(machine)]

    @cached_property
    def runs(self) -> list[Run]:
        """Which definitions run in which environments."""
        return runs_of(self.queues, self.submits, self.definitions)

    @cached_property
    def routes(self) -> Routes:
        """Where subnets lead."""
        return Routes(self.model, self.handed_on)

    @cached_property
    def endpoints(self) -> Endpoints:
        """The services that are reached from subnets by endpoints."""
        return Endpoints(self.model, self.routes)

    @cached_property
    def security_groups(self) -> SecurityGroups:
        """What is let in and out."""
        return SecurityGroups(self.model, self.handed_on)

    @cached_property
    def lifetimes(self) -> Lifetimes:
        """What is deleted after what."""
        return Lifetimes(self.model)

    @cached_property
    def handed_on(self) -> frozenset[str]:
        """The keys of the resources that somebody unknown may change."""
        return handed_on(self.model)

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of some types."""
        return self.model.of_type(*types)
