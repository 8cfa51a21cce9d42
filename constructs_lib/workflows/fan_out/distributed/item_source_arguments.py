"""Checks of the arguments of an `ItemSource`."""

from collections.abc import Sequence
from typing import Any, Final

from constructs_lib.core.tokens import resolved
from constructs_lib.limits import STEP_FUNCTIONS_READER_ITEMS
from constructs_lib.rules import Rule
from constructs_lib.workflows.states.expressions import is_jsonata
from constructs_lib.workflows.states.texts import check_text

_DELIMITERS: Final = {",": "COMMA", "|": "PIPE", ";": "SEMICOLON", " ": "SPACE", "\t": "TAB"}


def check_expression(where: str, value: str) -> None:
    """Refuse text without ``{% … %}``, which Step Functions would not evaluate."""
    if not is_jsonata(value):
        raise Rule.EXPRESSION.error(
            where,
            got=repr(value),
            expected="a JSONata expression stands between {% and %}",
            fix="Write it as in '{% $states.input.items %}'.",
        )
    check_text(where, value)


def check_pointer(pointer: str | None) -> None:
    """Refuse text that is no JSON pointer, such as a JSONPath."""
    if pointer is not None and resolved(pointer) and not pointer.startswith("/"):
        raise Rule.JSON_POINTER.error(
            "ItemSource.json pointer",
            got=repr(pointer),
            fix="Write it as in '/data/items', or leave it out if the array is the whole text.",
        )


def check_max_items(where: str, max_items: int | None) -> dict[str, int]:
    """The field for the number of items to read; refuse less than one and more than AWS reads."""
    if max_items is None:
        return {}
    if resolved(max_items) and not 1 <= max_items <= STEP_FUNCTIONS_READER_ITEMS:
        raise Rule.READER_ITEMS.error(
            f"{where} max_items",
            got=f"{max_items:,}",
            expected=f"Step Functions reads 1 to {STEP_FUNCTIONS_READER_ITEMS:,} items",
            fix="Leave it out to read all.",
        )
    return {"MaxItems": max_items}


def check_columns(headers: Sequence[str] | None, delimiter: str) -> dict[str, Any]:
    """The fields for columns and delimiter of a CSV file; refuse delimiters that AWS does not support."""
    if delimiter not in _DELIMITERS:
        raise Rule.CSV_COLUMNS.error(
            "ItemSource.csv delimiter",
            got=repr(delimiter),
            expected=f"the delimiters are {', '.join(map(repr, _DELIMITERS))}",
            fix="Choose one of them, or write the items as JSON Lines.",
        )
    if headers is not None and not headers:
        raise Rule.CSV_COLUMNS.error(
            "ItemSource.csv headers",
            got="an empty list",
            expected="each column has a name",
            fix="Leave headers out to use those of the first row.",
        )
    given = {"CSVHeaders": list(headers)} if headers is not None else {}
    return {
        "CSVDelimiter": _DELIMITERS[delimiter],
        "CSVHeaderLocation": "FIRST_ROW" if headers is None else "GIVEN",
        **given,
    }
