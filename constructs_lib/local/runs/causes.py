"""The cause of a failed execution, for a person: what JSON says in it, as a sentence.

Sources: https://docs.aws.amazon.com/step-functions/latest/dg/connect-batch.html, whose cause is the job as DescribeJobs
has it with names in upper case, and the summaries of this library's fan-outs.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from constructs_lib.core.protocol import Summary

_INDEXES_SHOWN = 10


def sentence(cause: str) -> str | None:
    """What a cause says; None for one that is no JSON that we know."""
    told = _parsed(cause)
    for say in (_of_a_fan_out, _of_a_job, _of_a_function, _of_a_task):
        if told and (said := say(told)):
            return said
    return None


def without_rerun(cause: str | None) -> str | None:
    """A cause without the command that runs failed items again, for an execution that nothing can be asked of."""
    told = _parsed(cause or "")
    if told is None or Summary.RERUN not in told:
        return cause
    return json.dumps({name: value for name, value in told.items() if name != Summary.RERUN}, separators=(",", ":"))


def _parsed(cause: str) -> dict[str, Any] | None:
    try:
        told = json.loads(cause)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _of_a_fan_out(told: Mapping[str, Any]) -> str | None:
    failed, total, indexes = (told.get(key) for key in (Summary.FAILED, Summary.TOTAL, Summary.FAILED_INDEXES))
    if not isinstance(failed, int) or not isinstance(total, int):
        return None
    which = _items(indexes) if isinstance(indexes, list) and indexes else ""
    return f"{failed:,} of {total:,} items failed{which}."


def _items(indexes: Sequence[Any]) -> str:
    shown = [str(index) for index in indexes[:_INDEXES_SHOWN]]
    more = f" and {len(indexes) - len(shown):,} more" if len(indexes) > len(shown) else ""
    return f": {'item' if len(indexes) == 1 else 'items'} {', '.join(shown)}{more}"


def _of_a_job(told: Mapping[str, Any]) -> str | None:
    name, job_id, reason = told.get("JobName"), told.get("JobId"), told.get("StatusReason")
    if not name or not job_id:
        return None
    container = told.get("Container")
    code = container.get("ExitCode") if isinstance(container, dict) else None
    ended = f", exit code {code}" if isinstance(code, int) else ""
    return f"Job {name} ({job_id}) failed: {reason or told.get('Status', 'no reason is given')}{ended}."


def _of_a_function(told: Mapping[str, Any]) -> str | None:
    kind, message = told.get("errorType"), told.get("errorMessage")
    return f"The function raised {kind}: {message}" if kind and message else None


def _of_a_task(told: Mapping[str, Any]) -> str | None:
    arn, reason = told.get("TaskArn"), told.get("StoppedReason")
    return f"Task {arn} stopped: {reason}." if arn and reason else None
