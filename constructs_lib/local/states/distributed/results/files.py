"""ResultWriter: the results of a map run as files in S3, and a manifest that names them.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.states.distributed.batches import ChildInput
from constructs_lib.local.states.distributed.children.child import Child
from constructs_lib.local.states.distributed.failures import WRITER_FAILED, MapRunError, service_cause
from constructs_lib.local.states.distributed.results.records import formatted, pending_record, transformed
from constructs_lib.local.states.json_text import json_text


def write_results(
    client: Any,
    writer: Mapping[str, Any],
    map_run_arn: str,
    children: Iterable[Child],
    pending: Iterable[ChildInput],
) -> dict[str, Any]:
    """Write SUCCEEDED_0, FAILED_0 and PENDING_0 as far as there are any, and manifest.json.

    Args:
        client: boto3's S3 client.
        writer: the ResultWriter field with its expressions evaluated.
        map_run_arn: the last part names the directory under the prefix.
        children: the child executions, in the order of their items.
        pending: the inputs that were left when the run failed or was aborted.

    Returns:
        The output of the Map state: the map run's ARN and where the manifest is.

    Raises:
        MapRunError: ``States.ResultWriterFailed`` with S3's answer as the cause.
    """
    target = writer.get("Arguments") or writer.get("Parameters") or {}
    config = writer.get("WriterConfig", {})
    bucket, output_type = target["Bucket"], config.get("OutputType", "JSON")
    directory = f"{_directory(target.get('Prefix', ''))}{map_run_arn.rpartition(':')[2]}/"
    results = _by_status(children, pending, config.get("Transformation", "NONE"))
    files: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for status, found in results.items():
        if found:
            key = f"{directory}{status}_0.{output_type.lower()}"
            files[status].append({"Key": key, "Size": _put(client, bucket, key, formatted(found, output_type))})
    manifest = {"DestinationBucket": bucket, "MapRunArn": map_run_arn, "ResultFiles": files}
    _put(client, bucket, f"{directory}manifest.json", json_text(manifest))
    details = {"Bucket": bucket, "Key": f"{directory}manifest.json"}
    return {"MapRunArn": map_run_arn, "ResultWriterDetails": details}


def _by_status(children: Iterable[Child], pending: Iterable[ChildInput], transformation: str) -> dict[str, list[Any]]:
    ended = list(children)
    return {
        "FAILED": transformed((child for child in ended if child.status != "SUCCEEDED"), "NONE"),
        "PENDING": [pending_record(child) for child in pending],
        "SUCCEEDED": transformed((child for child in ended if child.status == "SUCCEEDED"), transformation),
    }


def _directory(prefix: str) -> str:
    return prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


def _put(client: Any, bucket: str, key: str, text: str) -> int:
    body = text.encode("utf-8", "surrogatepass")
    try:
        client.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    except ClientError as error:
        raise MapRunError(WRITER_FAILED, service_cause(error)) from error
    return len(body)
