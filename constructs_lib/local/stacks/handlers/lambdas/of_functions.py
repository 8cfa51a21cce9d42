"""What belongs to a function: permissions, event sources, addresses, and what happens to calls that nobody waits for.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html and
their neighbours.
"""

from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import lambda_backends

from constructs_lib.local.stacks.handlers.contract.change import Change
from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.contract.tags import Tagging


@dataclass(frozen=True, kw_only=True)
class _Permission(OperationsHandler):
    """A statement of the policy of a function, or of a layer."""

    def make(self, desired: Desired) -> Made:
        super().make(desired)
        return Made(desired.name)

    def given(self, desired: Desired) -> Properties:
        return {**super().given(desired), "StatementId": desired.name}

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {"FunctionName": desired.properties["FunctionName"], "StatementId": made.physical_id}


@dataclass(frozen=True, kw_only=True)
class _LayerPermission(_Permission):
    def given(self, desired: Desired) -> Properties:
        return {**super().given(desired), **self._layer(desired)}

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        return {**self._layer(desired), "StatementId": made.physical_id}

    def _layer(self, desired: Desired) -> Properties:
        layer, _, number = desired.properties["LayerVersionArn"].rpartition(":")
        return {"LayerName": layer.rpartition(":")[2], "VersionNumber": int(number)}


@dataclass(frozen=True, kw_only=True)
class _OfFunction(OperationsHandler):
    """What a function has one of."""

    def make(self, desired: Desired) -> Made:
        made = super().make(desired)
        return made if self.paths else Made(desired.name)

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        del made
        given = self.given(desired)
        return {name: given[name] for name in ("FunctionName", "Qualifier") if name in given}


@dataclass(frozen=True, kw_only=True)
class _InvokeConfig(_OfFunction):
    def change(self, made: Made, desired: Desired, change: Change) -> None:
        """Take the one before away, besides which moto would put it."""
        self.remove(made, desired)
        super().change(made, desired, change)


@dataclass(frozen=True, kw_only=True)
class _Url(_OfFunction):
    """An address of a function, or of an alias that is a part of its name; moto has one for all of them."""

    def make(self, desired: Desired) -> Made:
        made = super().make(desired)
        alias = self.given(desired).get("Qualifier")
        return Made(f"{made.physical_id}:{alias}" if alias else made.physical_id, made.model)

    def given(self, desired: Desired) -> Properties:
        given = super().given(desired)
        start, _, function = str(given["FunctionName"]).rpartition("function:")
        name, _, alias = function.partition(":")
        whose = f"{start}function:{name}" if start else name
        return {**given, "FunctionName": whose, **({"Qualifier": alias} if alias else {})}

    def settle(self, made: Made, desired: Desired, change: Change) -> None:
        """Set what the operation of moto leaves as it was."""
        del made
        backend = lambda_backends[desired.services.account][desired.services.region]
        kept = backend.get_function_url_config(self.given(desired)["FunctionName"]).config
        kept.update({name: change.after.get(name) for name in ("AuthType", "Cors", "InvokeMode")})


HANDLERS: dict[str, Handler] = {
    "AWS::Lambda::EventInvokeConfig": _InvokeConfig(
        service="lambda",
        makes="put_function_event_invoke_config",
        changes="put_function_event_invoke_config",
        removes="delete_function_event_invoke_config",
        key="FunctionName",
        ref="FunctionArn",
    ),
    "AWS::Lambda::EventSourceMapping": OperationsHandler(
        service="lambda",
        makes="create_event_source_mapping",
        changes="update_event_source_mapping",
        removes="delete_event_source_mapping",
        reads="get_event_source_mapping",
        key="UUID",
        ref="UUID",
        paths={"Id": "", "EventSourceMappingArn": "EventSourceMappingArn"},
        defaults={"Enabled": True},
        tagging=Tagging(),
        tagged="EventSourceMappingArn",
    ),
    "AWS::Lambda::LayerVersionPermission": _LayerPermission(
        service="lambda",
        makes="add_layer_version_permission",
        removes="remove_layer_version_permission",
        key="StatementId",
        ref="Statement",
        paths={"Id": ""},
    ),
    "AWS::Lambda::Permission": _Permission(
        service="lambda",
        makes="add_permission",
        removes="remove_permission",
        key="StatementId",
        ref="Statement",
        paths={"Id": ""},
    ),
    "AWS::Lambda::Url": _Url(
        service="lambda",
        makes="create_function_url_config",
        changes="update_function_url_config",
        removes="delete_function_url_config",
        reads="get_function_url_config",
        key="FunctionName",
        ref="FunctionArn",
        paths={"FunctionArn": "", "FunctionUrl": "FunctionUrl"},
        renamed={"TargetFunctionArn": "FunctionName"},
    ),
}
