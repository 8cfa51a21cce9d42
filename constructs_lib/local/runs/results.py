"""What the workers of an execution, or of jobs, wrote to S3, by the index of their item."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from constructs_lib.local.account import Clients
from constructs_lib.local.runs.outcome import JobOutcome

_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
"""How the worker names a result; a job may have written other things beside it."""
_FIELD = "resultsUri"
_VARIABLE = "RESULTS_URI"

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
    found = [*_uris(described.get("output") or described.get("cause"))] or [*_in_history(clients, described)]
    return _read(clients, found) if found else results_of_jobs(clients, jobs)


def results_of_jobs(clients: Clients, jobs: Iterable[JobOutcome]) -> Results:
    """Read what jobs wrote that have a ``RESULTS_URI``, by that and the index of their item."""
    return _read(clients, (job.environment[_VARIABLE] for job in jobs if job.environment.get(_VARIABLE)))


def last(results: Results) -> dict[int, Any]:
    """Those of the fan-out that ended last."""
    return next(reversed(results.values()), {})


def _in_history(clients: Clients, described: dict[str, Any]) -> Iterator[str]:
    """The places that states name which have ended, the last one of each last."""
    states, arn = clients("stepfunctions"), described["executionArn"]
    if _FIELD not in states.describe_state_machine_for_execution(executionArn=arn)["definition"]:
        return  # a long history is not read in vain
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
        uri = summary.get(_FIELD) if isinstance(summary, dict) else None
        if isinstance(uri, str) and uri.startswith("s3://"):
            yield uri


def _read(clients: Clients, uris: Iterable[str]) -> Results:
    return {uri: _read_one(clients("s3"), uri) for uri in dict.fromkeys(uris)}


def _read_one(s3: Any, uri: str) -> dict[int, Any]:
    bucket, prefix = urlsplit(uri).netloc, urlsplit(uri).path.strip("/") + "/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix.lstrip("/"))
    try:
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    except ClientError:
        return {}  # a bucket that is gone, or never was
    named = ((key.removeprefix(prefix).removesuffix(".json"), key) for key in keys)
    return {
        int(name): json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        for name, key in named
        if _INDEX.fullmatch(name)
    }
