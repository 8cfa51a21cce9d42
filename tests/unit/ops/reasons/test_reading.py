"""What AWS refuses to tell is noted, and only that; a service job; and the pace of a queue."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from constructs_lib.ops import Account, Cause, NotFoundError
from constructs_lib.ops.reasons.of_jobs import explain_job
from constructs_lib.ops.reasons.reading.asking import Asking
from constructs_lib.ops.reasons.reading.queues import line_before
from tests.unit.ops.reasons.described import CREATED, JOB, job


@pytest.fixture
def asking() -> Asking:
    return Asking(Account(boto3.Session("key", "secret", region_name="eu-west-1")))


@pytest.fixture
def batch(asking: Asking) -> Iterator[Stubber]:
    with Stubber(asking.client("batch")) as stubber:
        yield stubber


def refused(code: str) -> Any:
    def question() -> Any:
        raise ClientError({"Error": {"Code": code, "Message": "no such thing"}}, "DescribeJobs")

    return question


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
def test_a_right_that_is_missing_is_noted_once(asking: Asking, code: str) -> None:
    for _ in range(2):
        assert asking.ask("batch:DescribeJobs", refused(code), 7, about="its state") == 7
    assert asking.refused == ("batch:DescribeJobs: not allowed, so that its state is not known",)


def test_what_is_not_there_is_worth_a_line_where_something_is_lost_by_it(asking: Asking) -> None:
    assert asking.ask("batch:DescribeJobs", refused("ClientException"), None) is None
    assert asking.refused == ()
    asking.ask("logs:GetLogEvents", refused("ResourceNotFoundException"), None, about="what it wrote")
    assert asking.refused == ("logs:GetLogEvents: no such thing",)


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ThrottlingException", "TooManyRequestsException"])
def test_what_stops_everything_is_raised(asking: Asking, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        asking.ask("batch:DescribeJobs", refused(code), None)


def test_a_service_job_by_the_reason_that_aws_batch_gives(asking: Asking, batch: Stubber) -> None:
    # https://docs.aws.amazon.com/batch/latest/userguide/sm_job_stuck_in_runnable_misconfiguration.html
    reason = (
        "MISCONFIGURATION:SERVICE_ENVIRONMENT_MAX_RESOURCE - Service environment(s) associated with the job queue "
        "cannot meet the capacity requirement of the job."
    )
    described = {
        "jobId": JOB,
        "jobName": "train",
        "jobQueue": "arn:aws:batch:eu-west-1:111122223333:job-queue/training",
        "serviceJobType": "SAGEMAKER_TRAINING",
        "startedAt": CREATED * 1000,
        "status": "RUNNABLE",
        "statusReason": reason,
    }
    batch.add_response("describe_jobs", {"jobs": []}, {"jobs": [JOB]})
    batch.add_response("describe_service_job", described, {"jobId": JOB})
    found = explain_job(asking, JOB)
    assert (found.name, found.finding.cause) == ("train", Cause.SERVICE_LIMIT)
    assert found.finding.evidence == (reason,)


def test_a_job_that_aws_batch_does_not_have(asking: Asking, batch: Stubber) -> None:
    batch.add_response("describe_jobs", {"jobs": []})
    batch.add_client_error("describe_service_job", "ClientException", "Job does not exist")
    with pytest.raises(NotFoundError, match=f"no job {JOB} in eu-west-1"):
        explain_job(asking, JOB)


def summary(number: int, **members: Any) -> dict[str, Any]:
    return {"jobId": f"job-{number}", "jobName": f"work-{number}", "createdAt": (CREATED + number) * 1000, **members}


def test_who_is_ahead_is_counted_in_pages_and_the_pace_is_of_the_last_hour(asking: Asking, batch: Stubber) -> None:
    """A job far behind the hundred that a snapshot has."""
    waiting = job(status="RUNNABLE", createdAt=(CREATED + 1_500) * 1000)
    queue = {"jobQueue": waiting["jobQueue"], "maxResults": 1_000}
    front = [{"jobArn": f"arn:aws:batch:eu-west-1:1:job/job-{number}"} for number in range(100)]
    batch.add_response("describe_jobs", {"jobs": []})
    later, earlier = (
        [summary(number) for number in range(2_000, 1_000, -1)],
        [summary(number) for number in range(1_000, 0, -1)],
    )
    runnable = {**queue, "jobStatus": "RUNNABLE"}
    batch.add_response("list_jobs", {"jobSummaryList": later, "nextToken": "more"}, runnable)
    batch.add_response("list_jobs", {"jobSummaryList": earlier}, {**runnable, "nextToken": "more"})
    array = summary(1, arrayProperties={"size": 50})
    batch.add_response("list_jobs", {"jobSummaryList": [array]}, {**queue, "jobStatus": "PENDING"})
    counted = job(arrayProperties={"size": 50, "statusSummary": {"RUNNABLE": 30}}, startedAt=CREATED)
    batch.add_response("describe_jobs", {"jobs": [counted]})
    now = CREATED + 10_000
    ends = [now - 7_200, now - 1_800, now - 900]
    ended = [summary(number, startedAt=1, stoppedAt=end * 1000) for number, end in enumerate(ends)]
    batch.add_response("list_jobs", {"jobSummaryList": [array]}, {**queue, "jobStatus": "PENDING"})
    batch.add_response("list_jobs", {"jobSummaryList": ended}, {**queue, "jobStatus": "SUCCEEDED"})
    batch.add_response("list_jobs", {"jobSummaryList": []}, {**queue, "jobStatus": "FAILED"})
    child = summary(1, startedAt=1, stoppedAt=(now - 600) * 1000)
    of_array = {"arrayJobId": "job-1", "maxResults": 1_000}
    batch.add_response("list_jobs", {"jobSummaryList": [child]}, {**of_array, "jobStatus": "SUCCEEDED"})
    batch.add_response("list_jobs", {"jobSummaryList": []}, {**of_array, "jobStatus": "FAILED"})
    line = line_before(asking, waiting, {"frontOfQueue": {"jobs": front}}, now)
    assert (line.count, line.is_all) == (1_499 + 30, True)
    assert (line.ended, line.seconds) == (3, 1_800)
    batch.assert_no_pending_responses()
