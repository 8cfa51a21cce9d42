"""Whether a mocked result of a Task has the form that the service's API gives it.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html
"""

from typing import Any

from moto.stepfunctions.exceptions import ValidationException

from constructs_lib.local.states.tasks import services
from constructs_lib.local.states.tasks.casing import states_name

_SDK = "arn:aws:states:::aws-sdk:"
_OPTIMIZED = "arn:aws:states:::"
_INVOKE = "arn:aws:states:::lambda:invoke"
"""Its Payload is what the function returns, which is any JSON, where the API has bytes."""
_NUMBERS = {"integer": int, "long": int, "float": float, "double": float}
_JOBS = (".sync", ".waitForTaskToken")
_WITHOUT_A_MODEL = ("apigateway", "http")


def check(resource: str, value: Any, mode: str) -> None:
    """Check a result.

    Args:
        resource: of the Task.
        value: the result.
        mode: ``STRICT``: members that the API requires are there, and all have their types; ``PRESENT``: those that
            are there have their types; ``NONE``: anything.

    Raises:
        ValidationException: it has another form.
    """
    if mode == "NONE" or not resource.startswith(_OPTIMIZED) or any(pattern in resource for pattern in _JOBS):
        return
    service, _, action = resource.removeprefix(_SDK).removeprefix(_OPTIMIZED).partition(":")
    model = None if service in _WITHOUT_A_MODEL else services.operation(service, action)
    if resource == _INVOKE and isinstance(value, dict):
        value = {name: item for name, item in value.items() if name != "Payload"}
    if model is not None and model.output_shape is not None:
        _check(value, model.output_shape, None, is_strict=mode == "STRICT")


def _check(value: Any, shape: Any, field: str | None, *, is_strict: bool) -> None:
    kind = shape.type_name
    if kind == "structure":
        if not getattr(shape, "is_document_type", False):
            _check_members(value, shape, field, is_strict=is_strict)
    elif kind in ("list", "map"):
        for item in _items(value, kind, field):
            _check(item, shape.member if kind == "list" else shape.value, field, is_strict=is_strict)
    elif kind in _NUMBERS:
        _check_number(value, shape, field)
    elif kind == "boolean":
        if not isinstance(value, bool):
            raise _wrong(f"Field '{field}' must be a boolean")
    else:  # texts, timestamps, and bytes as text
        _check_text(value, shape, field)


def _items(value: Any, kind: str, field: str | None) -> list[Any]:
    if kind == "list" and not isinstance(value, list):
        raise _wrong(f"Field '{field}' must be an array")
    if kind == "map" and not isinstance(value, dict):
        raise _wrong(f"Field '{field}' must be an object")
    return list(value.values()) if isinstance(value, dict) else list(value)


def _check_members(value: Any, shape: Any, field: str | None, *, is_strict: bool) -> None:
    if not isinstance(value, dict):
        raise _wrong("Mock result must be a JSON object" if field is None else f"Field '{field}' must be an object")
    members = {shown: member for name, member in shape.members.items() for shown in _names(name)}
    if is_strict:
        for names in map(_names, shape.required_members):
            if not any(name in value for name in names):
                raise _wrong(f"Required field '{names[0]}' is missing")
    for name, item in value.items():
        if name in members:  # what the API does not have now, it may have later
            _check(item, members[name], name, is_strict=is_strict)


def _names(member: str) -> tuple[str, str]:
    """How Step Functions shows a member, and how it may be written."""
    return states_name(member), member[:1].upper() + member[1:]


def _check_number(value: Any, shape: Any, field: str | None) -> None:
    if isinstance(value, bool) or not isinstance(value, int | _NUMBERS[shape.type_name]):
        raise _wrong(f"Field '{field}' must be a number")
    smallest, largest = shape.metadata.get("min"), shape.metadata.get("max")
    if smallest is not None and value < smallest:
        raise _wrong(f"Field '{field}' is less than the minimum value")
    if largest is not None and value > largest:
        raise _wrong(f"Field '{field}' exceeds the maximum value")


def _check_text(value: Any, shape: Any, field: str | None) -> None:
    if not isinstance(value, str):
        raise _wrong(f"Field '{field}' must be a string")
    if getattr(shape, "enum", None) and value not in shape.enum:
        raise _wrong(f"Field '{field}' is not an expected value")
    shortest, longest = shape.metadata.get("min"), shape.metadata.get("max")
    if shortest is not None and len(value) < shortest:
        raise _wrong(f"Field '{field}' is smaller than the minimum length")
    if longest is not None and len(value) > longest:
        raise _wrong(f"Field '{field}' exceeds the maximum length")


def _wrong(reason: str) -> ValidationException:
    return ValidationException(f"Mock result schema validation error: {reason}")
