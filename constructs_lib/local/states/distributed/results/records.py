"""What becomes of the results of child executions: records with metadata, outputs alone, or flattened outputs.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from constructs_lib.local.states.distributed.batches import ChildInput
from constructs_lib.local.states.distributed.children.child import Child
from constructs_lib.local.states.json_text import json_text, timestamp_text

TRANSFORMATIONS = ("NONE", "COMPACT", "FLATTEN")
OUTPUT_TYPES = ("JSON", "JSONL")
_SUCCEEDED = "SUCCEEDED"


def state_output(children: Iterable[Child], config: Mapping[str, Any]) -> Any:
    """Return the output of a Map state that writes no files.

    Args:
        children: the child executions, in the order of their items.
        config: WriterConfig; by default the outputs as an array.
    """
    results = transformed(children, config.get("Transformation", "COMPACT"))
    return formatted(results, "JSONL") if config.get("OutputType") == "JSONL" else results


def transformed(children: Iterable[Child], transformation: str) -> list[Any]:
    """Return one result per child execution, or several when arrays are flattened; a failed one stays a record."""
    results: list[Any] = []
    for child in children:
        if transformation == "NONE" or child.status != _SUCCEEDED:
            results.append(record(child))
        elif transformation == "FLATTEN" and isinstance(child.output, list):
            results.extend(child.output)
        else:
            results.append(child.output)
    return results


def formatted(results: Iterable[Any], output_type: str) -> str:
    """Return results as a JSON array or as JSON Lines."""
    if output_type == "JSONL":
        return "".join(json_text(result) + "\n" for result in results)
    return f"[{','.join(json_text(result) for result in results)}]"


def record(child: Child) -> dict[str, Any]:
    """Return a child execution with its metadata; input and output are JSON text."""
    succeeded = child.status == _SUCCEEDED
    shown: dict[str, Any] = {
        "Cause": child.cause,
        "Error": child.error,
        "ExecutionArn": child.execution_arn,
        "Input": child.execution_input,
        "InputDetails": {"Included": True},
        "Name": child.name,
        "Output": json_text(child.output) if succeeded else None,
        "OutputDetails": {"Included": True} if succeeded else None,
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE_BY_MAP_RUN",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven" if succeeded else None,
        "StartDate": timestamp_text(child.start_date),
        "StateMachineArn": child.state_machine_arn,
        "Status": child.status,
        "StopDate": timestamp_text(child.stop_date) if child.stop_date else None,
    }
    return {name: value for name, value in shown.items() if value is not None}


def pending_record(pending: ChildInput) -> dict[str, Any]:
    """Return a child execution that was not started."""
    return {"Input": pending.text, "InputDetails": {"Included": True}, "Status": "PENDING"}
