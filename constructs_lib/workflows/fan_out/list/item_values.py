"""What a job is told of its item in other words than the item itself: parameters and variables, as texts."""

from collections.abc import Mapping
from typing import Final

from constructs_lib.workflows.states.expressions import inside, is_jsonata
from constructs_lib.workflows.states.jsonata_tokens import quoted

_ENVIRONMENT: Final = "{% $states.input.environment %}"


def item_parameters(parameters: Mapping[str, str] | None) -> dict[str, str] | None:
    """Values for ``Ref::name``; an expression may give a number or an object, which AWS Batch takes as text only."""
    if not parameters:
        return None
    return {name: f"{{% {_text(value)} %}}" if is_jsonata(value) else value for name, value in parameters.items()}


def item_variables(environment: Mapping[str, str] | None) -> str:
    """JSONata for the variables of a job: those that it has anyway, and those that are made of its item."""
    added = [
        f"{{'Name':{quoted(name)}, 'Value':{_text(value) if is_jsonata(value) else quoted(value)}}}"
        for name, value in (environment or {}).items()
    ]
    return f"{{% [{', '.join(['$states.input.environment', *added])}] %}}" if added else _ENVIRONMENT


def _text(expression: str) -> str:
    return f"$string({inside(expression)})"
