"""Gap: moto makes roles of templates without their managed policies, and leaves a changed role's policies as they were.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

import json
from typing import Any

from moto.iam.models import Role, iam_backends
from moto.utilities.utils import get_partition

_create = Role.create_from_cloudformation_json
_update = Role.update_from_cloudformation_json
_delete = Role.delete_from_cloudformation_json


def install() -> None:
    """Let roles have all policies of their templates."""
    Role.create_from_cloudformation_json = classmethod(_create_whole)
    Role.update_from_cloudformation_json = classmethod(_update_whole)
    Role.delete_from_cloudformation_json = classmethod(_delete_whole)


def _create_whole(_: type[Any], /, resource_name: str, cloudformation_json: Any, *place: str, **named: str) -> Any:
    role = _create(resource_name, cloudformation_json, *place, **named)
    _apply(role, {}, cloudformation_json["Properties"])
    return role


def _update_whole(
    _: type[Any], /, original_resource: Any, new_resource_name: str, cloudformation_json: Any, **place: str
) -> Any:
    properties = cloudformation_json["Properties"]
    _update(original_resource, new_resource_name, cloudformation_json, **place)
    original_resource.assume_role_policy_document = _text(properties["AssumeRolePolicyDocument"])
    original_resource.permissions_boundary_arn = properties.get("PermissionsBoundary", "")
    _apply(original_resource, original_resource.template_properties, properties)
    return original_resource


def _delete_whole(
    _: type[Any], /, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
) -> None:
    backend = iam_backends[account_id][get_partition(region_name)]
    for role in [role for role in backend.roles.values() if role.name == resource_name]:
        for arn in list(role.managed_policies):
            backend.detach_role_policy(arn, role.name)
    _delete(resource_name, cloudformation_json, account_id, region_name)


def _apply(role: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Bring the policies of a role from one template's to another's; those of other resources stay."""
    backend = iam_backends[role.account_id][role.partition]
    attached, wanted = (set(properties.get("ManagedPolicyArns", [])) for properties in (before, after))
    for arn in wanted - attached:
        backend.attach_role_policy(arn, role.name)
    for arn in (attached - wanted) & role.managed_policies.keys():
        backend.detach_role_policy(arn, role.name)
    for policy in before.get("Policies", []):
        role.policies.pop(policy["PolicyName"], None)
    for policy in after.get("Policies", []):
        role.put_policy(policy["PolicyName"], _text(policy["PolicyDocument"]))
    role.template_properties = after


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document, default=str)
