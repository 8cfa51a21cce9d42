"""What the workers of an execution, or of jobs, wrote to S3, by the index of their item."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError, ParamValidationError

from constructs_lib.core.container_contract import RESULTS_URI
from constructs_lib.core.protocol import CHECK_OUTCOME, Summary, state_name
from constructs_lib.local.account import Clients
from constructs_lib.local.runs.outcome import JobOutcome

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
"""How the worker names a result; a job may have written other things beside it."""
_S3 = "s3://"
_OUTCOME = f'{state_name("", CHECK_OUTCOME)}":'
"""How the name of the state ends, in a definition, that gets the summary of a fan-out."""

Results = dict[str, dict[int, Any]]


def results_of_execution(clients: Clients, described: dict[str, Any], jobs: Iterable[JobOutcome]) -> Results:
    """Read what the workers of an execution wrote, by ``resultsUri`` and index.

    A fan-out says in its summary where its results are. That of the last fan-out may be the output of the execution, or
    the cause of its failure; those in front of other states, or inside of them, are in the history.

    Args:
        clients: makes boto3 clients.
        described: the ended execution, as DescribeExecution has it.
        jobs: its jobs, which know where they write: those of no fan-out, too.
    """
    found = [*_uris(described.get("output") or described.get("cause"))]
    states, arn = clients("stepfunctions"), described["executionArn"]
    definition = states.describe_state_machine_for_execution(executionArn=arn)["definition"]
    # A long history is not read in vain.
    if definition.count(_OUTCOME) > 1 or (not found and Summary.RESULTS_URI in definition):
        found = [*_in_history(states, arn)] or found
    return _read(clients("s3"), found) if found else results_of_jobs(clients, jobs)


def results_of_jobs(clients: Clients, jobs: Iterable[JobOutcome]) -> Results:
    """Read what jobs wrote that have a ``RESULTS_URI``, by that and the index of their item."""
    uris = {job.environment[RESULTS_URI]: None for job in jobs if job.environment.get(RESULTS_URI, "").startswith(_S3)}
    return _read(clients("s3"), uris) if uris else {}


def last(results: Results) -> dict[int, Any]:
    """Those of the fan-out that ended last."""
    return next(reversed(results.values()), {})


def _in_history(states: Any, arn: str) -> Iterator[str]:
    """The places that states name which have ended, the last one of each last."""
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=arn, includeExecutionData=True, PaginationConfig={"PageSize": 1_000}
    )
    found: dict[str, None] = {}
    for page in pages:
        for event in page["events"]:
            for uri in _uris(event.get("stateExitedEventDetails", {}).get("output")):
                found.pop(uri, None)
                found[uri] = None
    yield from found


def _uris(text: str | None) -> Iterator[str]:
    try:
        told = json.loads(text or "null")
    except ValueError:
        return
    for summary in told if isinstance(told, list) else [told]:
        uri = summary.get(Summary.RESULTS_URI) if isinstance(summary, dict) else None
        if isinstance(uri, str) and uri.startswith(_S3):
            yield uri


def _read(s3: Any, uris: Iterable[str]) -> Results:
    return {uri: _read_one(s3, uri) for uri in dict.fromkeys(uris)}


def _read_one(s3: Any, uri: str) -> dict[int, Any]:
    bucket, prefix = urlsplit(uri).netloc, urlsplit(uri).path.strip("/") + "/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix.lstrip("/"))
    try:
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    except (ClientError, ParamValidationError):
        return {}  # a bucket that is gone, or never was
    named = ((key.removeprefix(prefix).removesuffix(".json"), key) for key in keys)
    texts = {
        int(name): s3.get_object(Bucket=bucket, Key=key)["Body"].read() for name, key in named if _INDEX.fullmatch(name)
    }
    return {index: value for index, text in texts.items() for value in _values(text)}


def _values(text: bytes) -> list[Any]:
    """The one value of a result; none of something else that is called like one."""
    try:
        return [json.loads(text)]
    except ValueError:
        return []
