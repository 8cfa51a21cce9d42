"""Credentials that the container's agent tells at ``AWS_CONTAINER_CREDENTIALS_FULL_URI``: EKS Pod Identity and others.

object_store asks for them only with a token in a file, and ends the process when that has a line break. Source:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

from __future__ import annotations

import http.client
import json
from datetime import datetime
from urllib.parse import urlsplit

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing is a module too, and not a small one
    from collections.abc import Mapping
    from typing import Any

# Who may be asked without TLS: this machine, and the agents of ECS and EKS.
_LOCAL = {"localhost", "127.0.0.1", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"}
_ATTEMPTS = 3
_SECONDS = 2


def container_credentials(environment: Mapping[str, str]) -> dict[str, Any]:
    """What obstore calls whenever it needs new ones.

    Raises:
        OSError: they are not told.
    """
    uri = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
    place = urlsplit(uri)
    if place.scheme != "https" and (place.scheme != "http" or place.hostname not in _LOCAL):
        raise OSError(f"AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this machine; it is {uri!r}")
    headers = {"Accept": "application/json"}
    if token := _token(environment):
        headers["Authorization"] = token
    for attempt in range(_ATTEMPTS):
        try:
            told = _get(place.scheme, place.netloc, uri.partition(place.netloc)[2] or "/", headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if attempt + 1 == _ATTEMPTS:
                raise OSError(f"{uri} tells no credentials: {error}") from None
        else:
            break
    ends = told.get("Expiration")
    return {
        "access_key_id": told["AccessKeyId"],
        "secret_access_key": told["SecretAccessKey"],
        "token": told.get("Token"),
        "expires_at": datetime.fromisoformat(ends) if ends else None,
    }


def _token(environment: Mapping[str, str]) -> str | None:
    if path := environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib is not small
            return file.read().strip()
    return environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")


def _get(scheme: str, host: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    connect = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = connect(host, timeout=_SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise OSError(f"{answer.status} {answer.reason}")
        told: dict[str, Any] = json.load(answer)
        if not {"AccessKeyId", "SecretAccessKey"} <= told.keys():
            raise ValueError("it has no AccessKeyId")
        return told
    finally:
        connection.close()
