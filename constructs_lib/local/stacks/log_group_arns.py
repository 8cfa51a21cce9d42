"""Gap: moto's log groups give templates an ARN without the ``:*`` at its end, which policies are written with.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
"""

from typing import Any

from moto.logs.models import LogGroup

_attribute = LogGroup.get_cfn_attribute


def install() -> None:
    """Let Fn::GetAtt have the ARN that CloudFormation has."""
    LogGroup.get_cfn_attribute = _with_all_streams


def _with_all_streams(self: Any, attribute_name: str) -> str:
    found = str(_attribute(self, attribute_name))
    return f"{found}:*" if attribute_name == "Arn" else found
