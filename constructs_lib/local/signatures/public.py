"""What is answered without a signature, because botocore's models say that AWS does.

Source: https://smithy.io/2.0/spec/authentication-traits.html#smithy-api-optionalauth-trait
"""

import re
from functools import cache
from urllib.parse import parse_qs

from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import UNSIGNED_REQUESTS

from constructs_lib.local.signatures.problems import Problem, RefusedError
from constructs_lib.local.signatures.received import Received

_FORM = "application/x-www-form-urlencoded"
_KEYS_OF_USER_POOL = re.compile(r"/[a-z]+(-[a-z]+)+-\d_\w+/\.well-known/(jwks\.json|openid-configuration)", re.ASCII)
_OF_OTHERS = re.compile(r"/(v\d+|\d{4}-\d{2}-\d{2})/")
"""How paths begin in services other than S3: by the version of their API."""
_LARGE = 1 << 20
_IDENTITIES = {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}


def protocol_of(received: Received) -> str:
    """The protocol of a request that is not signed."""
    if received.header("x-amz-target"):
        return "json"
    if received.header("smithy-protocol") == "rpc-v2-cbor":
        return "cbor"
    if _action(received):
        return "query"
    return "rest-json" if _OF_OTHERS.match(received.path) else "s3"


def check_identity(received: Received) -> None:
    """Refuse the token of an identity provider, signed or not.

    AWS asks the provider for the key that has signed it, which nobody here can: anybody could make such a token.

    Raises:
        RefusedError: the request presents one.
    """
    if _action(received) in _IDENTITIES:
        raise RefusedError(Problem.WRONG_IDENTITY)


def is_public(received: Received) -> bool:
    """Whether a request asks for an operation that is not signed: moto knows those of Amazon Cognito."""
    if received.method == "GET" and _KEYS_OF_USER_POOL.fullmatch(received.path):
        return not received.body
    if received.path != "/":  # where moto would look for something else
        return False
    prefix, _, operation = (received.header("x-amz-target") or "").rpartition(".")
    service, _ = UNSIGNED_REQUESTS.get(prefix, (None, None))
    return service is not None and operation in _without_signature(service)


def _action(received: Received) -> str | None:
    # Operations that matter here are asked for at the root; a large body elsewhere is a file.
    is_form = (received.header("content-type") or "").startswith(_FORM)
    if not is_form or (received.path != "/" and len(received.body) > _LARGE):
        return received.parameter("Action")
    fields = parse_qs(received.body.decode(errors="replace"))
    return fields["Action"][0] if "Action" in fields else received.parameter("Action")


@cache
def _without_signature(service: str) -> frozenset[str]:
    model = get_service_model(service)
    return frozenset(name for name in model.operation_names if model.operation_model(name).auth_type == "none")
