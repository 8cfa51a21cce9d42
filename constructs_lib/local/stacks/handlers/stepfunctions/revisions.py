"""AWS::StepFunctions::StateMachineVersion and AWS::StepFunctions::StateMachineAlias.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html
and https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html
"""

from typing import Any, ClassVar

from moto.stepfunctions.exceptions import StateMachineDoesNotExist

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.resource_handler import ResourceHandler
from constructs_lib.local.stacks.handlers.stepfunctions.backend import backend_of
from constructs_lib.local.stacks.handlers.stepfunctions.state_machines import revision


class _Version(ResourceHandler):
    attributes: ClassVar = {"Arn": lambda version: version.arn}

    def make(self, desired: Desired) -> Made:
        """Publish what the state machine is now."""
        properties = desired.properties
        machine = backend_of(desired).describe_state_machine(properties["StateMachineArn"])
        wanted = properties.get("StateMachineRevisionId")
        if wanted is not None and wanted != revision(machine):
            raise HandlerError(
                f"Failed to publish the State Machine version for revision {wanted}. "
                f"The current State Machine revision is {revision(machine)}.",
                "ResourceConflict",
            )
        machine.publish(properties.get("Description"))
        return Made(str(machine.latest_version.arn), machine.latest_version)

    def remove(self, made: Made, desired: Desired) -> None:
        """Delete it, unless an alias is on it."""
        machine = _machine(desired, made.physical_id)
        routes = {alias.name: alias.routing_configuration for alias in machine.aliases.values()}
        used = [
            name
            for name, items in routes.items()
            if any(item["stateMachineVersionArn"] == made.physical_id for item in items)
        ]
        if used:
            raise HandlerError(
                "Version to be deleted must not be referenced by an alias. "
                f"Current list of aliases referencing this version: [{', '.join(used)}]",
                "ResourceConflict",
            )
        machine.versions.pop(int(made.physical_id.rpartition(":")[2]), None)


class _Alias(ResourceHandler):
    attributes: ClassVar = {"Arn": lambda made: made.physical_id}

    def make(self, desired: Desired) -> Made:
        properties = desired.properties
        name = str(properties.get("Name", desired.name))
        routing = _routing(properties)
        machine = _machine(desired, routing[0]["stateMachineVersionArn"])
        if name in machine.aliases:
            raise HandlerError(f"Alias already exists: '{machine.aliases[name].arn}'", "AlreadyExists")
        description = properties.get("Description")
        return Made(str(backend_of(desired).create_state_machine_alias(name, routing, description).arn))

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Route elsewhere, at once also where a deployment would shift its share bit by bit."""
        if not change.is_new:
            description = change.after.get("Description", "")
            backend_of(desired).update_state_machine_alias(made.physical_id, description, _routing(change.after))

    def remove(self, made: Made, desired: Desired) -> None:
        backend_of(desired).delete_state_machine_alias(made.physical_id)

    def read(self, made: Made, desired: Desired) -> Any:
        del desired
        return made


def _machine(desired: Desired, arn: str) -> Any:
    """The state machine of a version."""
    own = arn.rpartition(":")[0]
    found = next((machine for machine in backend_of(desired).state_machines if machine.arn == own), None)
    if found is None:
        raise StateMachineDoesNotExist(f"State Machine Does Not Exist: '{own}'")
    return found


def _routing(properties: Properties) -> list[dict[str, Any]]:
    if "DeploymentPreference" in properties:
        return [{"stateMachineVersionArn": properties["DeploymentPreference"]["StateMachineVersionArn"], "weight": 100}]
    return [
        {"stateMachineVersionArn": route["StateMachineVersionArn"], "weight": int(route["Weight"])}
        for route in properties["RoutingConfiguration"]
    ]


HANDLERS: dict[str, Handler] = {
    "AWS::StepFunctions::StateMachineAlias": _Alias(),
    "AWS::StepFunctions::StateMachineVersion": _Version(),
}
