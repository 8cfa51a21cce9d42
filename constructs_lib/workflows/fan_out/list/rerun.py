"""What of a fan-out runs again when an execution is rerun, as the input of the new execution says.

``{"fanOutRerun": {"Tiles": {"resultsUri": "s3://…", "indexes": [3, 7]}}}``: only these items of the fan-out ``Tiles``
run, under the indexes that they had, and their results go where those of the others are. All others have succeeded. A
fan-out that is not named runs as a whole. Who writes this input: ``constructs-lib rerun``.
Why: docs/decisions/0009-rerun-and-skip-finished.md
"""

from typing import Final

from constructs_lib.workflows.states.expressions import jsonata

SUCCEEDED_BEFORE: Final = "$states.input.succeededBefore"
"""How many items do not run again; nothing, if all run."""

TOTAL: Final = f"$sum([$states.input.total, {SUCCEEDED_BEFORE}])"
"""JSONata for the length of the whole list."""

LIST_TO_STORE: Final = jsonata("""$merge([
    {"items": $states.input.itemsToStore},
    $exists($states.input.indexes) ? {"indexes": $states.input.indexes} : {}
])""")
"""The list of a fan-out in S3, with the indexes of its items if they are not those of their places."""
