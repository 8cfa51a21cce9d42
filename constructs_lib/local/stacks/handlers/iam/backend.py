"""moto's IAM of an account: used without a client, as nearly every stack has a role and a policy."""

import contextlib
import json
from collections.abc import Callable
from typing import Any

from moto.iam.exceptions import NoSuchEntity, NotFoundException
from moto.iam.models import iam_backends

from constructs_lib.local.stacks.handlers.contract.handler import Desired

_VERSION = "2012-10-17"


def backend_of(desired: Desired) -> Any:
    """The IAM of the account that a resource is in."""
    return iam_backends[desired.services.account][desired.services.partition]


def if_there(call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Call something that takes away what may be gone."""
    with contextlib.suppress(NotFoundException, NoSuchEntity):
        call(*arguments, **named)


def put_inline(desired: Desired, kind: str, name: str, policy: str, document: str) -> None:
    """Put a policy into a role, a user or a group; only managed policies need a version, and moto asks all for it."""
    backend = backend_of(desired)
    members = json.loads(document)
    versioned = document if not isinstance(members, dict) else json.dumps({"Version": _VERSION, **members})
    getattr(backend, f"put_{kind}_policy")(name, policy, versioned)
    getattr(backend, f"get_{kind}")(name).put_policy(policy, document)


def managed(backend: Any, arn: str) -> str:
    """A managed policy that there is, by its ARN: IAM does not tell names apart by the case of their letters.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    if arn in backend.managed_policies:
        return arn
    return next((found for found in backend.managed_policies if found.lower() == arn.lower()), arn)
