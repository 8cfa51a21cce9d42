"""Gap: moto's file systems of EFS and their access points have no attributes that templates can get.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-accesspoint.html
"""

from typing import Any

from moto.efs.models import AccessPoint, FileSystem

_ATTRIBUTES = {
    FileSystem: {"Arn": "file_system_arn", "FileSystemId": "file_system_id"},
    AccessPoint: {"Arn": "access_point_arn", "AccessPointId": "access_point_id"},
}


def install() -> None:
    """Let Fn::GetAtt have those that CloudFormation has."""
    for kind in _ATTRIBUTES:
        kind.has_cfn_attr = classmethod(_has)
        kind.get_cfn_attribute = _get


def _has(kind: type, attribute_name: str) -> bool:
    return attribute_name in _ATTRIBUTES[kind]


def _get(self: Any, attribute_name: str) -> str:
    return str(getattr(self, _ATTRIBUTES[type(self)][attribute_name]))
