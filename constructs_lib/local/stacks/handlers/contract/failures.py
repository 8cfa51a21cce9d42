"""What a service, or moto, raises, as the failure of a resource handler."""

from botocore.exceptions import ClientError, ParamValidationError

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError

_GONE = ("NotFound", "NoSuch", "NotExist", "DoesNotExist", "NonExistent")
_GONE_DOCUMENT = "InvalidDocument"
"""How Systems Manager says that there is none."""


class NotUnderstoodError(HandlerError):
    """A failure of which no service says why: nobody expected such properties."""


def failure(error: Exception) -> HandlerError:
    """What a service, or moto, has raised, as the failure of a handler."""
    if isinstance(error, HandlerError):
        return error
    if isinstance(error, ClientError):
        told = error.response["Error"]
        return HandlerError(told.get("Message", ""), _code(told.get("Code", "")))
    if isinstance(error, ParamValidationError):
        return HandlerError(" ".join(str(error).split()))
    kind = getattr(error, "error_type", None) or getattr(error, "code", None)
    message = getattr(error, "message", None) or getattr(error, "description", None)
    if message is None:
        return NotUnderstoodError(f"The properties of this resource are not understood here ({_words(error)}).")
    return HandlerError(str(message), _code(str(kind)))


def _words(error: Exception) -> str:
    """What an error of Python is about, without its class."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing" if error.args else "something is missing"
    return " ".join(str(error).split()).rstrip(".") or "no reason is known"


def _code(of_service: str) -> str:
    """CloudFormation's code for that of a service."""
    if any(word in of_service for word in _GONE) or of_service == _GONE_DOCUMENT:
        return "NotFound"
    if "AlreadyExist" in of_service or of_service.endswith(("AlreadyOwnedByYou", "ExistsException")):
        return "AlreadyExists"
    if "AccessDenied" in of_service or "Unauthorized" in of_service:
        return "AccessDenied"
    return "InvalidRequest"
