"""Jobs as DescribeJobs shows them."""

from collections.abc import Callable
from typing import Any

import pytest

Job = dict[str, Any]


def attempt(started: float, stopped: float, code: int = 0, reason: str = "Essential container in task exited") -> Job:
    times = {"startedAt": round(started * 1000), "stoppedAt": round(stopped * 1000)}
    return {**times, "statusReason": reason, "container": {"exitCode": code}}


def described(
    *attempts: Job,
    job_id: str = "job",
    created: float = 0,
    status: str = "SUCCEEDED",
    vcpus: str = "2",
    **more: Any,
) -> Job:
    return {
        "jobId": job_id,
        "jobName": "name",
        "jobQueue": "arn:aws:batch:us-east-1:123456789012:job-queue/Bulk",
        "createdAt": round(created * 1000),
        "status": status,
        "container": {"resourceRequirements": [{"type": "VCPU", "value": vcpus}]},
        "attempts": list(attempts),
        **more,
    }


@pytest.fixture
def job() -> Callable[..., Job]:
    return described


@pytest.fixture
def ran() -> Callable[..., Job]:
    return attempt
