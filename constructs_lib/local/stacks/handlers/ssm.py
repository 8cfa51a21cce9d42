"""AWS::SSM::Parameter.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
"""

from dataclasses import dataclass

from constructs_lib.local.stacks.handlers.handler import Desired, Handler, HandlerError, Made, Properties
from constructs_lib.local.stacks.handlers.operations_handler import OperationsHandler
from constructs_lib.local.stacks.handlers.tags import Tagging

_TYPES = ("String", "StringList")


@dataclass(frozen=True, kw_only=True)
class _Parameter(OperationsHandler):
    def make(self, desired: Desired) -> Made:
        _check_type(desired)
        return super().make(desired)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        _check_type(desired)
        return super().update(made, desired, before)

    def given(self, desired: Desired) -> Properties:
        """Its properties; a name that is generated begins as in AWS, as no name may begin as one of AWS itself."""
        given = super().given(desired)
        if "Name" not in desired.properties:
            given["Name"] = f"CFN-{desired.logical_id}-{desired.name.rpartition('-')[2]}"
        return given


def _check_type(desired: Desired) -> None:
    kind = desired.properties.get("Type")
    if kind not in _TYPES:
        problem = f"#/Type: {kind} is not a valid enum value"
        message = f"Properties validation failed for resource {desired.logical_id} with message:\n[{problem}]"
        raise HandlerError(message, None)


HANDLERS: dict[str, Handler] = {
    "AWS::SSM::Parameter": _Parameter(
        service="ssm",
        makes="put_parameter",
        changes="put_parameter",
        removes="delete_parameter",
        reads="get_parameter",
        key="Name",
        name="Name",
        paths={"Arn": "Parameter.ARN", "Type": "Parameter.Type", "Value": "Parameter.Value"},
        defaults={"AllowedPattern": "", "Description": "", "DataType": "text", "Tier": "Standard"},
        fixed={"Overwrite": True},
        tagging=Tagging("add_tags_to_resource", "remove_tags_from_resource", {"ResourceType": "Parameter"}),
    ),
}
