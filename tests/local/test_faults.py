"""Our fan-outs under faults: what AWS retries is retried, what fails is reported, and the plan accounts for it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import (
    ExitCode,
    FaultPlan,
    Hang,
    JobInjection,
    LoseAgent,
    LoseResult,
    LoseWorker,
    OutOfMemory,
    PullFailure,
    Reclaim,
    S3Refuse,
    S3Slow,
    StartFailure,
    ThrottleSubmit,
)
from constructs_lib.local.faults.kinds.fault import Fault
from constructs_lib.local.faults.kinds.job_faults import START_ERRORS
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import JobOutcome, Outcome

pytestmark = pytest.mark.local

Run = Callable[[str, Any], Outcome]
During = Callable[..., AbstractContextManager[FaultPlan]]
STRATEGIES = ["MapFanOut", "ArrayFanOut", "DistributedFanOut"]
SPELLINGS = [
    "Batch.AWSBatchException",
    "Batch.BatchException",
    "Batch.ServerException",
    "Batch.TooManyRequestsException",
]


@pytest.fixture
def during(aws: EmbeddedAws) -> During:
    """Let faults be at work, and see that each of them happened."""

    @contextmanager
    def during_(*faults: Fault, seed: int = 0) -> Iterator[FaultPlan]:
        with aws.faults.during(FaultPlan(faults, seed=seed)) as plan:
            yield plan
        assert plan.unmet() == []

    return during_


def by_index(outcome: Outcome) -> dict[int | None, JobOutcome]:
    return {job.index: job for job in outcome.jobs}


def status_reasons(aws: EmbeddedAws, job: JobOutcome) -> list[str]:
    description = aws.batch.describe_job(job.id) or {}
    return [attempt["statusReason"] for attempt in description["attempts"]]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_reclaimed_job_and_one_without_image_are_tried_again(
    run: Run, during: During, aws: EmbeddedAws, strategy: str
) -> None:
    with during(Reclaim(index=3, force=True), PullFailure(index=1)) as plan:
        outcome = run(f"Answer{strategy}", list(range(5)))
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {index: {"got": index} for index in range(5)}
    jobs = by_index(outcome)
    assert {index: job.attempts for index, job in jobs.items()} == {0: 1, 1: 2, 2: 1, 3: 2, 4: 1}
    assert status_reasons(aws, jobs[3])[0] == "Your Spot Task was interrupted."
    assert status_reasons(aws, jobs[1])[0].startswith("CannotPullContainerError: ")
    attempts = [item.attempt for item in plan.injected if isinstance(item, JobInjection)]
    assert {(item.job_id, item.index, item.attempt) for item in attempts} == {(jobs[i].id, i, 1) for i in (1, 3)}


@pytest.mark.parametrize(
    "fault", [*(StartFailure(index=1, error=error) for error in START_ERRORS), LoseAgent(index=1)], ids=repr
)
def test_what_aws_failed_at_is_tried_again(run: Run, during: During, fault: Fault) -> None:
    with during(fault) as plan:
        outcome = run("AnswerArrayFanOut", [0, 1, 2])
    assert plan.unmet() == []
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert {index: job.attempts for index, job in by_index(outcome).items()} == {0: 1, 1: 2, 2: 1}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_job_that_is_reclaimed_every_time_fails_after_its_attempts(run: Run, during: During, strategy: str) -> None:
    with during(Reclaim(index=1, attempt=None, force=True)) as plan:
        outcome = run(f"Answer{strategy}", [0, 1])
    assert outcome.error == "FanOut.TooManyFailures"
    assert json.loads(outcome.cause or "")["failedIndexes"] == [1]
    job = by_index(outcome)[1]
    assert (job.status, job.attempts, job.reason) == ("FAILED", 3, "Your Spot Task was interrupted.")
    assert len(plan.injected) == 3


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("fault", "exit_code"),
    [(ExitCode(7, index=1), 7), (OutOfMemory(index=1), 137), (LoseWorker(index=1), 137)],
)
def test_a_failed_program_is_not_tried_again_but_reported(
    run: Run, during: During, strategy: str, fault: Fault, exit_code: int
) -> None:
    with during(fault):
        outcome = run(f"Answer{strategy}", [0, 1, 2])
    assert outcome.error == "FanOut.TooManyFailures"
    assert json.loads(outcome.cause or "")["failedIndexes"] == [1]
    assert outcome.results.keys() == {0, 2}
    job = by_index(outcome)[1]
    assert (job.status, job.attempts, job.exit_code) == ("FAILED", 1, exit_code)
    assert job.reason == "Essential container in task exited"


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_throttled_submits_of_each_spelling_are_made_again(
    run: Run, during: During, strategy: str, spelling: str
) -> None:
    with during(ThrottleSubmit(error=spelling)):
        outcome = run(f"Idle{strategy}", [0, 1])
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.output["succeeded"] == 2


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        ("Batch.TooManyRequestsException", "TooManyRequestsException", 429),
        ("Batch.AWSBatchException", "TooManyRequestsException", 429),
        ("Batch.ServerException", "ServerException", 500),
        ("Batch.ClientException", "ClientException", 400),
    ],
)
def test_submits_over_http_are_refused_as_by_aws(
    aws: EmbeddedAws, during: During, error: str, code: str, status: int
) -> None:
    client = aws.client("batch")
    request = {"jobName": "no-such", "jobQueue": "none", "jobDefinition": "none"}
    with during(ThrottleSubmit(error=error, job="no-*")):
        client.describe_job_queues()
        with pytest.raises(ClientError) as caught:
            client.submit_job(**request)
        with pytest.raises(ClientError, match="does not exist"):
            client.submit_job(**request)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)


@pytest.fixture(scope="module")
def s3(aws: EmbeddedAws) -> Any:
    """S3 as the programs of users reach it, with one object in one bucket; it tries nothing twice."""
    client = boto3.client(
        "s3",
        endpoint_url=aws.endpoint_url,
        aws_access_key_id=aws.keys.access_key,
        aws_secret_access_key=aws.keys.secret_key,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}),
    )
    client.create_bucket(Bucket="data")
    client.put_object(Bucket="data", Key="a/ü b.json", Body=b"1")
    return client


@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (500, "InternalError"), (403, "AccessDenied")])
def test_s3_refuses_as_aws_does(s3: Any, during: During, status: int, code: str) -> None:
    with during(S3Refuse(key="a/*", status=status), S3Refuse(operation="HeadObject", status=status)):
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket="data", Key="a/new.json", Body=b"x" * 100_000)
        with pytest.raises(ClientError) as of_head:
            s3.head_object(Bucket="data", Key="a/ü b.json")
        assert s3.get_object(Bucket="data", Key="a/ü b.json")["Body"].read() == b"1"
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert of_head.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_the_clients_that_read_results_are_spared(s3: Any, aws: EmbeddedAws) -> None:
    with aws.faults.during(FaultPlan([S3Refuse(times=None)])) as plan:
        assert aws.client("s3").list_objects_v2(Bucket="data")["KeyCount"] == 1
        assert plan.injected == []
        with pytest.raises(ClientError, match="SlowDown"):
            s3.list_objects_v2(Bucket="data")
    assert [str(item) for item in plan.injected] == ["s3-refuse: ListObjectsV2 s3://data/"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_worker_survives_a_slow_s3(run: Run, during: During, strategy: str) -> None:
    slow = S3Slow(0.2, operation="PutObject", key="*results/*")
    with during(slow, S3Refuse(operation="PutObject", key="*results/0.json")) as plan:
        outcome = run(f"Answer{strategy}", ["a", "b"])
    assert outcome.succeeded, (outcome.error, outcome.cause)
    assert outcome.results == {0: {"got": "a"}, 1: {"got": "b"}}
    assert [item.number for item in plan.injected].count(1) == 3, "two results, one of them twice"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_worker_that_s3_refuses_for_good_fails_and_says_so(run: Run, during: During, strategy: str) -> None:
    with during(S3Refuse(operation="PutObject", key="*results/1.json", status=403, times=None)):
        outcome = run(f"Answer{strategy}", ["a", "b"])
    assert outcome.error == "FanOut.TooManyFailures"
    assert json.loads(outcome.cause or "")["failedIndexes"] == [1]
    assert "AccessDenied" in by_index(outcome)[1].text


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_job_that_hangs_is_ended_with_its_execution(
    start: Callable[..., Execution], during: During, strategy: str
) -> None:
    with during(Hang(index=0)) as plan:
        execution = start(f"Idle{strategy}", [0, 1])
        with pytest.raises(TimeoutError):
            execution.wait(timeout=1.5)
        outcome = execution.wait()
    assert outcome.status == "ABORTED"
    assert by_index(outcome)[0].status == "FAILED"
    assert [item.number for item in plan.injected] == [1]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_result_is_lost_without_a_word(run: Run, during: During, strategy: str) -> None:
    """A fan-out goes by exit codes, so only those who read the results see it."""
    with during(LoseResult(index=1)):
        outcome = run(f"Answer{strategy}", [0, 1, 2])
    assert (outcome.succeeded, outcome.output["succeeded"]) == (True, 3)
    assert outcome.results.keys() == {0, 2}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_same_seed_fails_the_same_items(run: Run, during: During, strategy: str) -> None:
    failed = []
    for _ in range(2):
        with during(ExitCode(1, probability=0.3), seed=7):
            outcome = run(f"Idle{strategy}", list(range(20)))
        failed.append(json.loads(outcome.cause or "")["failedIndexes"])
    assert failed[0] == failed[1]
    assert 0 < len(failed[0]) < 20
