"""Values that are computed from an item and passed to its job as strings: parameters and variables."""

from collections.abc import Mapping
from typing import Final

from constructs_lib.workflows.states.expressions import inside, is_jsonata
from constructs_lib.workflows.states.jsonata_tokens import quoted

_ENVIRONMENT: Final = "{% $states.input.environment %}"


def item_parameters(parameters: Mapping[str, str] | None) -> dict[str, str] | None:
    """Values for ``Ref::name``, converted to strings: AWS Batch accepts no numbers or objects from an expression."""
    if not parameters:
        return None
    return {name: f"{{% {_text(value)} %}}" if is_jsonata(value) else value for name, value in parameters.items()}


def item_variables(environment: Mapping[str, str] | None) -> str:
    """JSONata for the variables of a job: those of all jobs, and those computed from its item."""
    added = [
        f"{{'Name':{quoted(name)}, 'Value':{_text(value) if is_jsonata(value) else quoted(value)}}}"
        for name, value in (environment or {}).items()
    ]
    return f"{{% [{', '.join(['$states.input.environment', *added])}] %}}" if added else _ENVIRONMENT


def _text(expression: str) -> str:
    return f"$string({inside(expression)})"
