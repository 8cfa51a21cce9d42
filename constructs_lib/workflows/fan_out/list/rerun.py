"""What of a fan-out runs again when an execution is rerun, as the input of the new execution says.

``{"fanOutRerun": {"Tiles": {"resultsUri": "s3://…", "indexes": [3, 7]}}}``: only these items of the fan-out ``Tiles``
run, under the indexes that they had, and their results go where those of the others are. All others have succeeded. A
fan-out that is not named runs as a whole. Who writes this input: ``constructs-lib rerun``.
Why: docs/decisions/0009-rerun-and-skip-finished.md
"""

from typing import Final

from constructs_lib.core.protocol import FAN_OUT, FIELD
from constructs_lib.workflows.states.expressions import jsonata

_TOLD_NAME: Final = f"$states.input.{FAN_OUT}.name"


def rerun_request(name: str = _TOLD_NAME) -> str:
    """JSONata for what the input of the execution says about the fan-out; nothing if it says nothing.

    Args:
        name: JSONata for the name of the fan-out. Default: what the first state has put out, in the state's input.
    """
    return f"$lookup($states.context.Execution.Input.{FIELD}, {name})"


# Looked up in an object, because that takes one pass over thousands of items. A filter that finds one item gives the
# item itself; two pairs of brackets keep one that is an array.
CHOSEN_ITEMS: Final = f"""(
    $assert($count($indexes) = 0 or $max($indexes) < $count($all), '{FIELD} asks for the index ' & $max($indexes)
        & ', and there are ' & $count($all) & ' items: this is another list than that of the execution before.');
    $marks := $merge($indexes.{{ $string($): true }});
    $kept := $filter($all, function($item, $place) {{ $exists($lookup($marks, $string($place))) }});
    $count($indexes) = 0 ? [] : $count($indexes) > 1 ? $kept : $type($kept) = 'array' ? [[$kept]] : [$kept]
)"""
"""JSONata for those of the items ``$all`` that have the ``$indexes``."""

SUCCEEDED_BEFORE: Final = "$states.input.succeededBefore"
"""How many items do not run again; nothing, if all run."""

TOTAL: Final = f"$sum([$states.input.total, {SUCCEEDED_BEFORE}])"
"""JSONata for the length of the whole list."""

LIST_TO_STORE: Final = jsonata("""$merge([
    {"items": $states.input.itemsToStore},
    $exists($states.input.indexes) ? {"indexes": $states.input.indexes} : {}
])""")
"""The list of a fan-out in S3, with the indexes of its items if they are not those of their places."""
