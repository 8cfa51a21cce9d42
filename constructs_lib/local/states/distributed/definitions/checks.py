"""What AWS refuses about a Map state's fields when the state machine is created."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from constructs_lib.limits import STEP_FUNCTIONS_MAP_LABEL_CHARACTERS
from constructs_lib.local.states.distributed.reading.csv_items import DELIMITERS
from constructs_lib.local.states.distributed.reading.reader import LISTING, OBJECT
from constructs_lib.local.states.distributed.results.records import OUTPUT_TYPES, TRANSFORMATIONS

_DISTRIBUTED_ONLY = ("ItemReader", "ItemBatcher", "ResultWriter", "Label")
_EITHER_OR = ("ToleratedFailureCount", "ToleratedFailurePercentage", "MaxConcurrency")
_NOT_IN_A_LABEL = re.compile(r"""[\s?*<>{}\[\]:;,\\|^~$#%&`"\x00-\x1f\x7f-\x9f]""")
_WAITING = (".sync", ".sync:2", ".waitForTaskToken")


def check_inline(state: Mapping[str, Any], path: str) -> None:
    """Refuse the fields of a Distributed Map in an inline one.

    Raises:
        ValueError: becomes InvalidDefinition.
    """
    for field in _DISTRIBUTED_ONLY:
        _require(field not in state, f"The {field} field is not supported for INLINE maps", f"{path}/{field}")


def check_distributed(state: Mapping[str, Any], path: str) -> None:
    """Refuse what does not depend on data.

    Raises:
        ValueError: becomes InvalidDefinition.
    """
    for field in _EITHER_OR:
        _require(not {field, f"{field}Path"} <= state.keys(), f"Both {field} and {field}Path are given", path)
    label = state.get("Label", "m")
    allowed = 0 < len(label) <= STEP_FUNCTIONS_MAP_LABEL_CHARACTERS and not _NOT_IN_A_LABEL.search(label)
    _require(allowed, f"The label '{label}' is not valid", f"{path}/Label")
    _check_reader(state.get("ItemReader"), f"{path}/ItemReader")
    _check_batcher(state.get("ItemBatcher"), f"{path}/ItemBatcher")
    _check_writer(state.get("ResultWriter"), f"{path}/ResultWriter")
    field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
    execution_type = state[field]["ProcessorConfig"].get("ExecutionType")
    _one_of(execution_type, ("STANDARD", "EXPRESS"), f"{path}/{field}/ProcessorConfig/ExecutionType")
    if execution_type == "EXPRESS":
        _check_express(state[field], f"{path}/{field}")


def check_labels(labels: Iterable[str]) -> None:
    """Refuse a label that is given twice.

    Raises:
        ValueError: becomes InvalidDefinition.
    """
    seen: set[str] = set()
    for label in labels:
        _require(label not in seen, f"The label '{label}' is not unique", "/States")
        seen.add(label)


def _check_reader(reader: Mapping[str, Any] | None, path: str) -> None:
    if reader is None:
        return
    resource, config = str(reader.get("Resource")), reader.get("ReaderConfig", {})
    _require(resource.endswith((OBJECT, LISTING)), f"The resource '{resource}' is not supported", f"{path}/Resource")
    _require(not {"MaxItems", "MaxItemsPath"} <= config.keys(), "Both MaxItems and MaxItemsPath are given", path)
    is_listing = resource.endswith(LISTING)
    _one_of(config.get("Transformation", "NONE"), ("NONE", "LOAD_AND_FLATTEN"), f"{path}/ReaderConfig/Transformation")
    if not is_listing or config.get("Transformation") == "LOAD_AND_FLATTEN":
        _check_format(config, f"{path}/ReaderConfig")


def _check_format(config: Mapping[str, Any], path: str) -> None:
    kind, manifest = config.get("InputType"), config.get("ManifestType")
    if manifest is not None:
        _one_of(manifest, ("ATHENA_DATA", "S3_INVENTORY"), f"{path}/ManifestType")
    if manifest == "S3_INVENTORY":
        _require(kind is None, "InputType cannot be given with the manifest type S3_INVENTORY", f"{path}/InputType")
        return
    _require(kind != "PARQUET", "Parquet files are not emulated; use CSV, JSON or JSONL", f"{path}/InputType")
    _one_of(kind, ("CSV", "JSONL") if manifest else ("CSV", "JSON", "JSONL", "MANIFEST"), f"{path}/InputType")
    if kind == "CSV":
        _one_of(config.get("CSVHeaderLocation"), ("FIRST_ROW", "GIVEN"), f"{path}/CSVHeaderLocation")
        _one_of(config.get("CSVDelimiter", "COMMA"), DELIMITERS, f"{path}/CSVDelimiter")
        given = config.get("CSVHeaderLocation") == "GIVEN"
        _require(given == ("CSVHeaders" in config), "CSVHeaders belongs to the location GIVEN", path)


def _check_batcher(batcher: Mapping[str, Any] | None, path: str) -> None:
    if batcher is None:
        return
    limits = ("MaxItemsPerBatch", "MaxInputBytesPerBatch")
    given = [name for name in limits for suffix in ("", "Path") if f"{name}{suffix}" in batcher]
    _require(bool(given), f"At least one of {' and '.join(limits)} is required", path)
    _require(len(given) == len(set(given)), "Both a limit and its path are given", path)


def _check_writer(writer: Mapping[str, Any] | None, path: str) -> None:
    if writer is None:
        return
    has_target = "Resource" in writer and bool({"Parameters", "Arguments"} & writer.keys())
    _require(has_target or ("WriterConfig" in writer and "Resource" not in writer), "Fields are missing", path)
    resource = writer.get("Resource", "s3:putObject")
    _require(resource.endswith("s3:putObject"), f"The resource '{resource}' is not supported", f"{path}/Resource")
    config = writer.get("WriterConfig", {})
    _one_of(config.get("Transformation", "NONE"), TRANSFORMATIONS, f"{path}/WriterConfig/Transformation")
    _one_of(config.get("OutputType", "JSON"), OUTPUT_TYPES, f"{path}/WriterConfig/OutputType")


def _check_express(processor: Mapping[str, Any], path: str) -> None:
    for name, state in processor["States"].items():
        resource = str(state.get("Resource", ""))
        message = f"Express state machine does not support '{resource.rpartition('.')[2]}' service integration"
        _require(not resource.endswith(_WAITING), message, f"{path}/States/{name}/Resource")
        nested = state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode")
        message = "The DISTRIBUTED mode is not supported in Express workflows"
        _require(nested != "DISTRIBUTED", message, f"{path}/States/{name}")


def _one_of(value: Any, allowed: Any, path: str) -> None:
    _require(value in allowed, f"Value is not one of [{', '.join(allowed)}]: '{value}'", path)


def _require(condition: bool, message: str, path: str) -> None:
    if not condition:
        raise ValueError(f"SCHEMA_VALIDATION_FAILED: {message} at {path}")
