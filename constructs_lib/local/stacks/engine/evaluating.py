"""A template's values, with what its stack has made so far."""

from typing import Any

from constructs_lib.local.stacks.engine.stack import Source, Stack
from constructs_lib.local.stacks.engine.world import World
from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.templates.evaluation import Evaluator
from constructs_lib.templates.pseudo import Pseudo
from constructs_lib.templates.unknown import Source as Origin
from constructs_lib.templates.unknown import Unknown


def evaluator(stack: Stack, source: Source, world: World) -> Evaluator:
    """What evaluates a template for a stack, with the resources that the stack has when it is asked."""
    place = world.services
    return Evaluator(
        source.template,
        parameters=source.parameters,
        pseudo=Pseudo(
            account=place.account,
            region=place.region,
            stack_name=stack.name,
            stack_id=stack.id,
            notification_arns=source.notifications,
        ),
        resources=_Resources(stack, world),
        outside=_Imports(stack, world),
    )


class _Resources:
    """The resources of a stack, as templates refer to them."""

    def __init__(self, stack: Stack, world: World) -> None:
        self._stack = stack
        self._world = world

    def ref(self, logical_id: str) -> Any:
        """What ``Ref`` gives; not known while there is no such resource."""
        resource = self._stack.resources.get(logical_id)
        return resource.physical_id if resource and resource.made else Origin(logical_id, frozenset({logical_id})).value

    def attribute(self, logical_id: str, name: str) -> Any:
        """What ``Fn::GetAtt`` gives; not known while there is no such resource."""
        resource = self._stack.resources.get(logical_id)
        if resource is None or resource.made is None or resource.desired is None:
            return Origin(f"{logical_id}.{name}", frozenset({logical_id})).value
        try:
            return self._world.handler(resource.resource_type).attribute(resource.made, resource.desired, name)
        except KeyError:
            message = f"Requested attribute {name} does not exist in schema for {resource.resource_type}"
            raise HandlerError(message, None) from None


class _Imports:
    """What is outside of a stack; what it imports is remembered."""

    def __init__(self, stack: Stack, world: World) -> None:
        self._stack = stack
        self._outside = world.outside

    def exported(self, name: str) -> Any:
        """The value of an export."""
        value = self._outside.exported(name)
        self._stack.imports.add(name)
        return value

    def stack_output(self, stack: str, output: str, region: str | Unknown, role: str | None) -> Any:
        """An output of another stack, which it may change or take away at any time."""
        return self._outside.stack_output(stack, output, region, role)

    def zones(self, region: str) -> list[str] | Unknown:
        """The names of a region's availability zones."""
        return self._outside.zones(region)

    def dynamic(self, service: str, reference: str) -> str | Unknown:
        """A value of Parameter Store or Secrets Manager."""
        return self._outside.dynamic(service, reference)
