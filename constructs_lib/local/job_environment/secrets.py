"""Reads the values that a job definition takes from Secrets Manager or the SSM Parameter Store.

Source: https://docs.aws.amazon.com/batch/latest/userguide/specifying-sensitive-data.html
"""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.account import Location


class Secrets:
    """The secrets of the embedded AWS.

    Args:
        client: makes a boto3 client for a service in an account and region.
    """

    def __init__(self, client: Callable[[str, Location], Any]) -> None:
        self._client = client

    def read(self, value_from: str, location: Location) -> str:
        """The value behind ``valueFrom``: a secret's ARN, with a JSON key if given, or a parameter's ARN or name.

        Args:
            value_from: it stands in the definition of the job.
            location: where the job is, and a parameter that is given by its name.

        Raises:
            LookupError: there is no such secret, parameter or key.
        """
        try:
            if ":secretsmanager:" in value_from:
                return self._secret(value_from)
            return self._parameter(value_from, location)
        except ClientError as error:
            raise LookupError(error.response["Error"]["Message"]) from error

    def _secret(self, value_from: str) -> str:
        # arn:partition:secretsmanager:region:account:secret:name[:json-key:version-stage:version-id]
        parts = value_from.split(":")
        arn, key = ":".join(parts[:7]), parts[7] if len(parts) > 7 else ""  # noqa: PLR2004 - fields of the ARN
        value: str = self._client("secretsmanager", Location.of(arn)).get_secret_value(SecretId=arn)["SecretString"]
        if not key:
            return value
        members = json.loads(value)
        if key not in members:
            raise LookupError(f"{arn} has no key {key!r}")
        return str(members[key])

    def _parameter(self, value_from: str, location: Location) -> str:
        name = value_from.partition(":parameter")[2] or value_from
        where = Location.of(value_from) if value_from.startswith("arn:") else location
        parameter = self._client("ssm", where).get_parameter(Name=name, WithDecryption=True)["Parameter"]
        return str(parameter["Value"])
