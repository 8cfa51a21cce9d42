"""What a job is told of its item in other words than the item itself: parameters and variables, as texts."""

import json
from collections.abc import Mapping

from constructs_lib.workflows.states.expressions import inside, is_jsonata, jsonata


def item_parameters(parameters: Mapping[str, str] | None) -> dict[str, str] | None:
    """Values for ``Ref::name``; an expression may give a number or an object, which AWS Batch takes as text only."""
    if not parameters:
        return None
    return {
        name: jsonata("<<text>>", text=_text(value)) if is_jsonata(value) else value
        for name, value in parameters.items()
    }


def item_variables(environment: Mapping[str, str] | None) -> str:
    """JSONata for the variables of a job: those that it has anyway, and those that are made of its item."""
    if not environment:
        return "{% $states.input.environment %}"
    added = ", ".join(
        f'{{"Name": {json.dumps(name)}, "Value": {_text(value) if is_jsonata(value) else _quoted(value)}}}'
        for name, value in environment.items()
    )
    return jsonata("[$states.input.environment, <<added>>]", added=added)


def _text(expression: str) -> str:
    return f"$string({inside(expression)})"


def _quoted(text: str) -> str:
    # Not escaped to ASCII: JSONata's reference implementation takes pairs of \\u for one character, others do not.
    return json.dumps(text, ensure_ascii=False)
