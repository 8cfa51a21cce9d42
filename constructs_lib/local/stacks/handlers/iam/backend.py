"""moto's IAM of an account: used without a client, as nearly every stack has a role and a policy."""

import contextlib
from collections.abc import Callable
from typing import Any

from moto.iam.exceptions import NoSuchEntity, NotFoundException
from moto.iam.models import iam_backends

from constructs_lib.local.stacks.handlers.handler import Desired


def backend_of(desired: Desired) -> Any:
    """The IAM of the account that a resource is in."""
    return iam_backends[desired.services.account][desired.services.partition]


def if_there(call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Call something that takes away what may be gone."""
    with contextlib.suppress(NotFoundException, NoSuchEntity):
        call(*arguments, **named)
