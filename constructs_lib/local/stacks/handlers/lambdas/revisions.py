"""AWS::Lambda::Version, AWS::Lambda::Alias and AWS::Lambda::LayerVersion: what has a number.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-version.html and its
neighbours.
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.contract.operations_handler import OperationsHandler


@dataclass(frozen=True, kw_only=True)
class _Version(OperationsHandler):
    """A version of a function as it is now."""

    def make(self, desired: Desired) -> Made:
        client, which = desired.services.client(self.service), {"FunctionName": desired.properties["FunctionName"]}
        there = client.list_versions_by_function(**which)["Versions"]
        made = super().make(desired)
        number = made.physical_id.rpartition(":")[2]
        if number in [version["Version"] for version in there]:
            raise HandlerError(
                f"A version for this Lambda function exists ( {number} ). Modify the function to create a new version.",
                "AlreadyExists",
            )
        return made

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        del desired
        function, _, number = made.physical_id.rpartition(":")
        return {"FunctionName": function, "Qualifier": number}


@dataclass(frozen=True, kw_only=True)
class _Alias(OperationsHandler):
    """A name for a version, or for two of them."""

    def given(self, desired: Desired) -> Properties:
        given = super().given(desired)
        if "RoutingConfig" in given:
            weights = given["RoutingConfig"].get("AdditionalVersionWeights", [])
            shares = {item["FunctionVersion"]: item["FunctionWeight"] for item in weights}
            given["RoutingConfig"] = {"AdditionalVersionWeights": shares}
        return given

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        function, _, name = made.physical_id.rpartition(":")
        return {"FunctionName": desired.properties.get("FunctionName", function), "Name": name}


@dataclass(frozen=True, kw_only=True)
class _LayerVersion(OperationsHandler):
    """A version of a layer."""

    def keys(self, made: Made, desired: Desired) -> dict[str, Any]:
        del desired
        layer, _, number = made.physical_id.rpartition(":")
        return {"LayerName": layer.rpartition(":")[2], "VersionNumber": int(number)}


HANDLERS: dict[str, Handler] = {
    "AWS::Lambda::Alias": _Alias(
        service="lambda",
        makes="create_alias",
        changes="update_alias",
        removes="delete_alias",
        key="Name",
        ref="AliasArn",
        paths={"AliasArn": ""},
        defaults={"Description": "", "RoutingConfig": {"AdditionalVersionWeights": {}}},
    ),
    "AWS::Lambda::LayerVersion": _LayerVersion(
        service="lambda",
        makes="publish_layer_version",
        removes="delete_layer_version",
        key="LayerName",
        name="LayerName",
        ref="LayerVersionArn",
        paths={"LayerVersionArn": ""},
    ),
    "AWS::Lambda::Version": _Version(
        service="lambda",
        makes="publish_version",
        removes="delete_function",
        reads="get_function_configuration",
        key="FunctionName",
        ref="FunctionArn",
        paths={"FunctionArn": "", "Version": "Version"},
    ),
}
