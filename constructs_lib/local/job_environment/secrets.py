"""Reads the values that a job definition takes from Secrets Manager or the SSM Parameter Store.

Source: https://docs.aws.amazon.com/batch/latest/userguide/specifying-sensitive-data.html
"""

import json
from typing import Any

from botocore.exceptions import ClientError


class Secrets:
    """The secrets of the embedded AWS.

    Args:
        client: makes a boto3 client for a service.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def read(self, value_from: str) -> str:
        """The value behind ``valueFrom``: a secret's ARN, with a JSON key if given, or a parameter's ARN or name.

        Raises:
            LookupError: there is no such secret, parameter or key.
        """
        try:
            return self._secret(value_from) if ":secretsmanager:" in value_from else self._parameter(value_from)
        except ClientError as error:
            raise LookupError(error.response["Error"]["Message"]) from error

    def _secret(self, value_from: str) -> str:
        # arn:partition:secretsmanager:region:account:secret:name[:json-key:version-stage:version-id]
        parts = value_from.split(":")
        arn, key = ":".join(parts[:7]), parts[7] if len(parts) > 7 else ""  # noqa: PLR2004 - fields of the ARN
        value: str = self._client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        if not key:
            return value
        members = json.loads(value)
        if key not in members:
            raise LookupError(f"{arn} has no key {key!r}")
        return str(members[key])

    def _parameter(self, value_from: str) -> str:
        name = value_from.partition(":parameter")[2] or value_from
        parameter = self._client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
        return str(parameter["Value"])
