"""Whether AWS Batch can use the roles that a compute environment names; it does not ask before it makes one.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/invalid_compute_environment.html; the words are those of
https://github.com/Netflix/metaflow-tools/issues/9, https://github.com/aws/aws-cdk/issues/6706 and
https://github.com/hashicorp/terraform-provider-aws/pull/21281
"""

import uuid
from collections.abc import Mapping
from typing import Any, Protocol

_SERVICE_LINKED = ":role/aws-service-role/"
"""AWS makes these roles itself."""
_NOT_ASSUMED = (
    "CLIENT_ERROR - User: batch.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {role} "
    "(Service: AWSSecurityTokenService; Status Code: 403; Error Code: AccessDenied; Request ID: {request})"
)


class Roles(Protocol):
    """The identities of an account."""

    def has_profile(self, name_or_arn: str) -> bool:
        """Whether there is an instance profile."""
        ...

    def has_role(self, name_or_arn: str) -> bool:
        """Whether there is a role."""
        ...


def problem(environment: Mapping[str, Any], roles: Roles) -> str | None:
    """Why an environment is INVALID, as its ``statusReason`` says it; None for one that is VALID."""
    compute = environment.get("computeResources", {})
    service, profile, fleet = environment["serviceRole"], compute.get("instanceRole"), compute.get("spotIamFleetRole")
    if _lacks(roles, service):
        return _NOT_ASSUMED.format(role=service, request=uuid.uuid4())
    if profile and not roles.has_profile(profile):
        return f"CLIENT_ERROR - Invalid IamInstanceProfile: {profile}"
    if fleet and _lacks(roles, fleet):
        return "CLIENT_ERROR - Parameter: SpotFleetRequestConfig.IamFleetRole is invalid."
    return None


def _lacks(roles: Roles, name_or_arn: str) -> bool:
    return _SERVICE_LINKED not in name_or_arn and not roles.has_role(name_or_arn)
