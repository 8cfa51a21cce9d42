"""Gap: moto makes activities, versions and aliases of state machines by their API, not by templates.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-activity.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachineversion.html
and https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachinealias.html
"""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Self

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.stepfunctions import models
from moto.stepfunctions.utils import cfn_to_api_tags

_NEVER_CHANGED = "INITIAL"
_ATTRIBUTES: dict[str, Callable[[Any], str]] = {
    "Arn": lambda machine: str(machine.arn),
    "StateMachineRevisionId": lambda machine: str(machine.revision_id or _NEVER_CHANGED),
}

_has_attribute = models.StateMachine.has_cfn_attr
_attribute = models.StateMachine.get_cfn_attribute


class _OfStepFunctions:
    """A resource whose ``Ref`` is its ARN; no model by itself, as moto takes every subclass for one."""

    TYPE = ""

    def __init__(self, arn: str) -> None:
        self.physical_resource_id = arn

    @classmethod
    def cloudformation_type(cls) -> str:
        """Its type in templates."""
        return cls.TYPE

    @staticmethod
    def cloudformation_name_type() -> str:
        """Nothing: with the property's name, moto would make another name with every update."""
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether templates get an attribute."""
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Its ARN."""
        del attribute_name
        return self.physical_resource_id

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> Self:
        """Make it."""
        backend = models.stepfunctions_backends[account_id][region_name]
        return cls(cls._made(backend, resource_name, cloudformation_json.get("Properties", {})))

    @classmethod
    def _made(cls, backend: Any, name: str, properties: Mapping[str, Any]) -> str:
        raise NotImplementedError


class StackActivity(_OfStepFunctions, CloudFormationModel):
    """An activity of a stack."""

    TYPE = "AWS::StepFunctions::Activity"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether templates get an attribute."""
        return attr in ("Arn", "Name")

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Its ARN or its name."""
        arn = self.physical_resource_id
        return arn if attribute_name == "Arn" else arn.rpartition(":")[2]

    @classmethod
    def _made(cls, backend: Any, name: str, properties: Mapping[str, Any]) -> str:
        tags = cfn_to_api_tags(properties.get("Tags", []))
        generated = f"{name}-{uuid.uuid4().hex[:12]}"
        return str(backend.create_activity(properties.get("Name", generated), tags).arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "StackActivity",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "StackActivity":
        """Make another one if it has another name."""
        name = cloudformation_json.get("Properties", {}).get("Name")
        if name in (None, original_resource.get_cfn_attribute("Name")):
            return original_resource
        made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        original_resource.delete(account_id, region_name)
        return made

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete it."""
        models.stepfunctions_backends[account_id][region_name].delete_activity(self.physical_resource_id)


class StackVersion(_OfStepFunctions, CloudFormationModel):
    """A version of a state machine of a stack."""

    TYPE = "AWS::StepFunctions::StateMachineVersion"

    @classmethod
    def _made(cls, backend: Any, name: str, properties: Mapping[str, Any]) -> str:
        del name
        machine = backend.describe_state_machine(properties["StateMachineArn"])
        machine.publish(properties.get("Description"))
        return str(machine.latest_version.arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "StackVersion",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "StackVersion":
        """Publish what the state machine is now; the version before goes, unless an alias is still on it."""
        made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        if made.physical_resource_id != original_resource.physical_resource_id:
            original_resource.delete(account_id, region_name)
        return made

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete it, unless an alias is on it."""
        backend = models.stepfunctions_backends[account_id][region_name]
        own, _, number = self.physical_resource_id.rpartition(":")
        for machine in backend.state_machines:
            routes = [route for alias in machine.aliases.values() for route in alias.routing_configuration]
            used = any(route["stateMachineVersionArn"] == self.physical_resource_id for route in routes)
            if machine.arn == own and not used:
                machine.versions.pop(int(number), None)


class StackAlias(_OfStepFunctions, CloudFormationModel):
    """An alias of a stack."""

    TYPE = "AWS::StepFunctions::StateMachineAlias"

    @classmethod
    def _made(cls, backend: Any, name: str, properties: Mapping[str, Any]) -> str:
        routing = _routing(properties)
        return str(
            backend.create_state_machine_alias(properties.get("Name", name), routing, properties.get("Description")).arn
        )

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "StackAlias",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "StackAlias":
        """Route elsewhere, at once also where a deployment would shift its share bit by bit."""
        properties, arn = cloudformation_json["Properties"], original_resource.physical_resource_id
        backend = models.stepfunctions_backends[account_id][region_name]
        if properties.get("Name", arn.rpartition(":")[2]) != arn.rpartition(":")[2]:
            original_resource.delete(account_id, region_name)
            return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        backend.update_state_machine_alias(arn, properties.get("Description"), _routing(properties))
        return original_resource

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete it."""
        backend = models.stepfunctions_backends[account_id][region_name]
        own, _, name = self.physical_resource_id.rpartition(":")
        for machine in backend.state_machines:
            if machine.arn == own:
                machine.aliases.pop(name, None)


def install() -> None:
    """Let templates make them, and get the revision of a state machine."""
    models.StateMachine.has_cfn_attr = classmethod(_has_more)
    models.StateMachine.get_cfn_attribute = _get_more
    for remembered in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        remembered.cache_clear()


def _has_more(_: type[Any], /, attr: str) -> bool:
    return attr in _ATTRIBUTES or bool(_has_attribute(attr))


def _get_more(self: Any, attribute_name: str) -> Any:
    return _ATTRIBUTES[attribute_name](self) if attribute_name in _ATTRIBUTES else _attribute(self, attribute_name)


def _routing(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "DeploymentPreference" in properties:
        return [{"stateMachineVersionArn": properties["DeploymentPreference"]["StateMachineVersionArn"], "weight": 100}]
    return [
        {"stateMachineVersionArn": route["StateMachineVersionArn"], "weight": int(route["Weight"])}
        for route in properties["RoutingConfiguration"]
    ]
