"""Gap: keys that moto gives out can be guessed, or are the same for everybody: they are of AWS's documentation.

Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html and
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
"""

import secrets
import string
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.iam import models
from moto.sts.responses import TokenResponse

from constructs_lib.local.iam.accounts import Accounts
from constructs_lib.local.patching import Patch
from constructs_lib.local.protocols.signature import signature

_ALPHABET = string.ascii_letters + string.digits
_SECONDS = 43_200
_NO_CHAIN = "Cannot call GetSessionToken with session credentials"


class _RefusedError(ServiceException):  # type: ignore[misc] # moto has no types
    """A refusal: moto takes errors of its own modules for those of the service that the module is named after."""


def patches(accounts: Accounts) -> list[Patch]:
    """Give out keys of our own.

    Args:
        accounts: knows who asks, and will know the keys.
    """

    def get_session_token(response: Any) -> ActionResult:
        signed = signature({"HTTP_AUTHORIZATION": response.headers.get("Authorization", "")})
        asking = accounts.credential(signed.access_key, signed.region) if signed else None
        if asking is None or asking.token is not None:
            raise _RefusedError("AccessDenied", _NO_CHAIN)
        seconds = int(response._get_param("DurationSeconds") or _SECONDS)  # noqa: SLF001 - moto's own modules call it so
        made = accounts.directory(asking.principal.account, response.partition).lend(
            asking.principal, datetime.now(UTC) + timedelta(seconds=seconds)
        )
        members = {
            "AccessKeyId": made.access_key,
            "SecretAccessKey": made.secret,
            "SessionToken": made.token,
            "Expiration": made.ends,
        }
        return ActionResult({"Credentials": members})

    return [
        Patch(models, "random_alphanumeric", _random_text),
        Patch(TokenResponse, "get_session_token", get_session_token),
        Patch(TokenResponse, "get_federation_token", _not_emulated),
    ]


def _not_emulated(_: Any) -> None:
    raise NotImplementedError("federated users")


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
