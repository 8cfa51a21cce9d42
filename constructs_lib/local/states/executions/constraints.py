"""What a request may have in it, by botocore's model of Step Functions, in the words of AWS."""

from collections.abc import Iterator
from typing import Any

import botocore.session
from moto.stepfunctions.exceptions import ValidationException

_ORDER = ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING")
"""The order in which AWS tells the statuses of executions."""


def check_request(response: Any, operation: str) -> None:
    """Refuse a request with a member that is too long, too large, or none of those that there are.

    Args:
        response: moto's, which has the request.
        operation: such as ``ListExecutions``.

    Raises:
        ValidationException: names the member.
    """
    model = botocore.session.get_session().get_service_model("stepfunctions")
    shape = model.operation_model(operation).input_shape
    problems = [problem for name, member in shape.members.items() for problem in _problems(response, name, member)]
    if problems:
        noun = "error" if len(problems) == 1 else "errors"
        raise ValidationException(f"{len(problems)} validation {noun} detected: {'; '.join(problems)}")


def _problems(response: Any, name: str, shape: Any) -> Iterator[str]:
    value = response._get_param(name)  # noqa: SLF001 moto's own way
    if value is None:
        return
    told = f"Value '{value}' at '{name}' failed to satisfy constraint: Member must"
    most = shape.metadata.get("max")
    if shape.type_name == "integer" and most is not None and int(value) > most:
        yield f"{told} have value less than or equal to {most}"
    if shape.type_name == "string" and most is not None and len(value) > most:
        yield f"{told} have length less than or equal to {most}"
    values = getattr(shape, "enum", None)
    if values and value not in values:
        known = _ORDER if set(values) == set(_ORDER) else values
        yield f"{told} satisfy enum value set: [{', '.join(known)}]"
