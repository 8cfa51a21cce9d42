"""What templates get from outside of their stack: exports, zones, and values of Parameter Store and Secrets Manager.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.account import Location
from constructs_lib.local.stacks.engine.errors import NotFoundError
from constructs_lib.local.stacks.engine.stacks import DELETED, Stacks
from constructs_lib.local.stacks.services import Services
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.unknown import Unknown


class AccountOutside:
    """What is outside of the stacks of an account and region.

    Args:
        services: of the account and region.
        stacks: gives the stacks of an account and region.
    """

    def __init__(self, services: Services, stacks: Callable[[Location], Stacks]) -> None:
        self._services = services
        self._stacks_of = stacks

    @property
    def _stacks(self) -> Stacks:
        return self._stacks_of(self._services.location)

    def exported(self, name: str) -> Any:
        """The value of an export."""
        try:
            return self._stacks.exported(name)
        except NotFoundError as error:
            raise TemplateError(error.message) from None

    def stack_output(self, stack: str, output: str, region: str | Unknown, role: str | None) -> Any:
        """An output of another stack, in the account of the role if there is one."""
        account = role.split(":")[4] if role else self._services.account
        found = self._stacks_of(Location(account, str(region))).find(stack)
        if found is None or found.status == DELETED:
            raise TemplateError(f"Stack '{stack}' does not exist")
        if output not in found.outputs:
            raise TemplateError(f"Output '{output}' not found in stack '{stack}'")
        return found.outputs[output].value

    def zones(self, region: str) -> list[str]:
        """The availability zones of a region."""
        answer = self._services.client("ec2").describe_availability_zones()
        return [item["ZoneName"].replace(self._services.region, region) for item in answer["AvailabilityZones"]]

    def dynamic(self, service: str, reference: str) -> str:
        """A value of Parameter Store or Secrets Manager."""
        if service.startswith("ssm"):
            return self._parameter(reference)
        return self._secret(reference)

    def _parameter(self, reference: str) -> str:
        try:
            found = self._services.client("ssm").get_parameter(Name=reference, WithDecryption=True)
        except ClientError:
            raise TemplateError(
                f"Unable to fetch parameters [{reference}] from parameter store for this account."
            ) from None
        return str(found["Parameter"]["Value"])

    def _secret(self, reference: str) -> str:
        """A secret: ``secret-id:SecretString:json-key:version-stage:version-id``, of which the id may be an ARN."""
        parts = reference.split(":")
        length = 7 if reference.startswith("arn:") else 1
        secret, (kind, key, stage, version, *_) = ":".join(parts[:length]), [*parts[length:], "", "", "", ""]
        wanted = {"VersionStage": stage, "VersionId": version}
        try:
            found = self._services.client("secretsmanager").get_secret_value(
                SecretId=secret, **{name: value for name, value in wanted.items() if value}
            )
        except ClientError as error:
            raise TemplateError(error.response["Error"]["Message"]) from None
        value = str(found[kind or "SecretString"])
        if not key:
            return value
        try:
            return str(json.loads(value)[key])
        except (ValueError, KeyError, TypeError):
            raise TemplateError(f"Could not find a value associated with JSONKey in SecretString: {key}") from None


def managed_policies(services: Services) -> dict[str, str]:
    """The ARNs of the managed policies that there are, by their names."""
    pages = services.client("iam").get_paginator("list_policies").paginate()
    return {item["PolicyName"]: item["Arn"] for page in pages for item in page["Policies"]}
