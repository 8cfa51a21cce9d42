"""Whose requests these are: the credentials that botocore would find, in its order, as options of an obstore.

In the environment; by a web identity; in the files of a profile, which only botocore reads; told to the container; told
to the instance. Source:
https://docs.aws.amazon.com/boto3/latest/guide/credentials.html
"""

from __future__ import annotations

import os.path

from worker.errors import BeyondObstoreError, S3RefusalError

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Mapping
    from typing import Any

    Environment = Mapping[str, str]

_IPV4 = "http://169.254.169.254"
_IPV6 = "http://[fd00:ec2::254]"


def credentials(environment: Environment, sts: str) -> dict[str, Any]:
    """The options of a store that say who asks.

    Args:
        environment: the job's.
        sts: the address of AWS STS.

    Raises:
        S3RefusalError: what is in the environment cannot be right.
        BeyondObstoreError: they are where only botocore looks.
    """
    return _static(environment) or _web_identity(environment, sts) or _told(environment)


def _static(environment: Environment) -> dict[str, Any]:
    variables = {
        "access_key_id": "AWS_ACCESS_KEY_ID",
        "secret_access_key": "AWS_SECRET_ACCESS_KEY",
        "session_token": "AWS_SESSION_TOKEN",
    }
    found = {option: environment[name] for option, name in variables.items() if environment.get(name)}
    for option in ("access_key_id", "secret_access_key"):
        if option not in found and found.keys() - {"session_token"}:
            raise S3RefusalError(f"Partial credentials found in env, missing: {variables[option]}")
    if "access_key_id" not in found:
        return {}
    for option, value in found.items():
        if not value.isprintable():
            raise S3RefusalError(f"{variables[option]} has a line break, or another letter that no credentials have")
    return found


def _web_identity(environment: Environment, sts: str) -> dict[str, Any]:
    if not environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"):
        return {}
    if not environment.get("AWS_ROLE_ARN"):
        raise S3RefusalError("AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not")
    if not sts.startswith("https://"):
        raise BeyondObstoreError(f"obstore sends a web identity by https only, and AWS STS is at {sts}")
    return {"aws_endpoint_url_sts": sts}  # the rest it reads in the environment


def _told(environment: Environment) -> dict[str, Any]:
    """By a file, the container's agent, or the instance."""
    _refuse_profiles(environment)
    if environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        return {}  # it reads that in the environment
    if environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        from worker.container_credentials import container_credentials  # noqa: PLC0415 - http.client is not small

        return {"credential_provider": lambda: container_credentials(environment)}
    if (environment.get("AWS_EC2_METADATA_DISABLED") or "").lower() == "true":
        raise S3RefusalError(
            "Unable to locate credentials: none in the environment, and AWS_EC2_METADATA_DISABLED is true"
        )
    ipv6 = (environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") or "").lower() == "ipv6"
    given = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or (_IPV6 if ipv6 else _IPV4)
    first_version = (environment.get("AWS_EC2_METADATA_V1_DISABLED") or "").lower() != "true"
    return {"metadata_endpoint": given.rstrip("/"), "imdsv1_fallback": first_version}


def _refuse_profiles(environment: Environment) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        if environment.get(name):
            raise BeyondObstoreError(f"obstore does not read profiles, and {name} is {environment[name]!r}")
    files = {"AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials", "AWS_CONFIG_FILE": "~/.aws/config"}
    for name, usual in files.items():
        path = os.path.expanduser(environment.get(name) or usual)  # noqa: PTH111 - pathlib is not small
        if os.path.isfile(path):  # noqa: PTH113 - as above
            raise BeyondObstoreError(f"obstore does not read profiles, and there is a file {path}")
