"""Gap: moto's grammar lacks ItemBatcher, WriterConfig, CSVDelimiter, JSON Lines, manifests, EXPRESS children and more.

But its templates hold any JSON with expressions of both query languages. So before a definition is parsed, the fields
of a Distributed Map move into its ItemSelector; afterwards they come back from there as templates of their own.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from constructs_lib.local.patching import Patch
from constructs_lib.local.states.definitions.parsing import parse_alone
from constructs_lib.local.states.distributed.definitions.checks import check_distributed, check_inline, check_labels
from constructs_lib.local.states.distributed.definitions.fields import MapFields

_MOVED = (
    "ItemReader",
    "ItemSelector",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentage",
    "ToleratedFailurePercentagePath",
)
_PROCESSORS = ("ItemProcessor", "Iterator")


def patches() -> list[Patch]:
    """Parse with the fields moved aside."""
    return [Patch(AmazonStateLanguageParser, "parse", staticmethod(_parse))]


def _parse(definition: str) -> Any:
    try:
        described = json.loads(definition)
        maps = list(_maps(described, ""))
    except (ValueError, TypeError, AttributeError):
        return parse_alone(definition)  # moto says what is wrong
    if not maps:
        return parse_alone(definition)
    check_labels(state["Label"] for _, state in maps if "Label" in state)
    original = copy.deepcopy(described)
    for path, state in maps:
        if _is_distributed(state):
            check_distributed(state, path)
            _move_aside(state)
        else:
            check_inline(state, path)
    # Without spaces, which would be a third of what the grammar reads.
    program, tree = parse_alone(json.dumps(described, ensure_ascii=False, separators=(",", ":")))
    _attach(original, program.states)
    return program, tree


def _maps(program: Mapping[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in program["States"].items():
        here = f"{path}/States/{name}"
        for position, branch in enumerate(state.get("Branches", ())):
            yield from _maps(branch, f"{here}/Branches[{position}]")
        for field in _PROCESSORS:
            if field in state:
                yield from _maps(state[field], f"{here}/{field}")
        if state.get("Type") == "Map":
            yield here, state


def _processor(state: Mapping[str, Any]) -> dict[str, Any]:
    processor: dict[str, Any] = state.get("ItemProcessor") or state.get("Iterator") or {}
    return processor


def _is_distributed(state: Mapping[str, Any]) -> bool:
    return bool(_processor(state).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED")


def _move_aside(state: dict[str, Any]) -> None:
    fields = {name: state.pop(name) for name in _MOVED if name in state}
    for name in ("ItemReader", "ItemBatcher"):  # not ItemSelector: its keys are the user's
        if name in fields:
            fields[name] = _with_paths(fields[name])
    if "Parameters" in state:  # the old name of ItemSelector
        fields["ItemSelector"] = state.pop("Parameters")
    if fields:
        state["ItemSelector"] = _with_paths(fields)
    _processor(state)["ProcessorConfig"]["ExecutionType"] = "STANDARD"


def _with_paths(value: Any) -> Any:
    """Write ``"MaxItemsPath": "$.n"`` as ``"MaxItems.$": "$.n"``, which templates understand."""
    if not isinstance(value, dict):
        return value
    return {
        f"{name.removesuffix('Path')}.$" if _is_path(name, inner) else name: (
            _with_paths(inner) if name == "ReaderConfig" else inner
        )
        for name, inner in value.items()
    }


def _is_path(name: str, value: Any) -> bool:
    return name.startswith(("Max", "Tolerated")) and name.endswith("Path") and isinstance(value, str)


def _attach(described: Mapping[str, Any], states: Any) -> None:
    """Walk through the definition and its parsed form together; give each Distributed Map its fields."""
    for name, state in described["States"].items():
        parsed = states.states[name]
        for branch, program in zip(state.get("Branches", ()), _programs(parsed), strict=True):
            _attach(branch, program.states)
        if state.get("Type") != "Map":
            continue
        _attach(_processor(state), parsed.iteration_component._states)  # noqa: SLF001 moto shows it to nobody
        if _is_distributed(state):
            is_express = _processor(state)["ProcessorConfig"].get("ExecutionType") == "EXPRESS"
            has_fields = any(field in state for field in (*_MOVED, "Parameters"))
            MapFields.take_from(parsed, is_express=is_express, has_fields=has_fields, paths=_paths(state))


def _paths(state: Mapping[str, Any]) -> dict[str, str]:
    given = {**state, **state.get("ItemReader", {}).get("ReaderConfig", {})}
    return {name.removesuffix("Path"): value for name, value in given.items() if _is_path(name, value)}


def _programs(state: Any) -> list[Any]:
    branches = vars(state).get("branches")
    return list(branches.programs) if branches else []
