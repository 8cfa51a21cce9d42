"""Who makes a request over HTTP, once that is known: told from the signature's check to what comes after it."""

from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIEnvironment

import flask

from constructs_lib.local.iam.evaluate import Principal

_NAME = "constructs-lib.caller"


@dataclass(frozen=True)
class Caller:
    """Whose request it is.

    Args:
        principal: who makes it; None for an operation that everybody may call.
        put_object: with what PutObject would be called, for a form that S3 takes in place of it. Default: it is none.
    """

    principal: Principal | None
    put_object: dict[str, Any] = field(default_factory=dict)


def tell(environ: WSGIEnvironment, caller: Caller) -> None:
    """Write down whose request it is."""
    environ[_NAME] = caller


def caller_of(environ: WSGIEnvironment) -> Caller | None:
    """Whose request it is; None when nobody has looked."""
    found = environ.get(_NAME)
    return found if isinstance(found, Caller) else None


def requesting_account() -> str | None:
    """The account of who makes the request that moto answers in this thread; None if there is none."""
    caller = caller_of(flask.request.environ) if flask.has_request_context() else None
    return caller.principal.account or None if caller and caller.principal else None
