"""How a job ended, by its description."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from constructs_lib.core.container_contract import item_index
from constructs_lib.local.runs.outcome import JobOutcome
from constructs_lib.local.runs.report.containers import containers_of


def job_outcome(described: Mapping[str, Any], log: Path | None, *, exit_code: int | None = None) -> JobOutcome:
    """How a job ended.

    Args:
        described: the job, or the child of an array job, as DescribeJobs has it.
        log: file with what its last attempt wrote.
        exit_code: of the last attempt, where several containers have made it. Default: that of its container.
    """
    variables = variables_of(described)
    attempts, [container, *_] = described.get("attempts", []), [*containers_of(described), {}]
    [last, *_] = [*(containers_of(attempts[-1]) if attempts else []), {}]
    return JobOutcome(
        id=described["jobId"],
        name=described["jobName"],
        index=item_index(variables, described.get("arrayProperties", {}).get("index")),
        status=described["status"],
        exit_code=container.get("exitCode") if exit_code is None else exit_code,
        attempts=len(attempts),
        reason=described.get("statusReason") if described["status"] == "FAILED" else None,
        log=log,
        queue=described["jobQueue"],
        environment=variables,
        log_stream=last.get("logStreamName", container.get("logStreamName")),
    )


def variables_of(described: Mapping[str, Any]) -> dict[str, str]:
    """The variables of a job's container, or of the first of several."""
    [container, *_] = [*containers_of(described), {}]
    return {entry["name"]: entry.get("value") or "" for entry in container.get("environment", [])}
