"""What rules of severity warning and note warn of, in time: what their wrong examples lead to, and the right ones not.

Jobs fail, capacity is taken back and calls are throttled by a plan; days pass in a moment.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.faults import ExitCode, FaultPlan, Reclaim, ThrottleSubmit
from constructs_lib.local.runners import Ending
from tests.local.proving_ground import Behavior, Ground, Seen, example, opened

pytestmark = pytest.mark.local

BEHAVIOR: Final = Behavior()
VALUES: Final = ("wrong", "right")
HOUR: Final = timedelta(hours=1)
YEAR: Final = timedelta(days=300)
"""Most of one."""
FAILS: Final = ExitCode(code=1, attempt=None)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with opened(tmp_path_factory.mktemp("aws"), BEHAVIOR) as made:
        yield made


@pytest.fixture
def long_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BEHAVIOR, "seconds", timedelta(days=400).total_seconds())


def seen(ground: Ground, code: str, *faults: Any, **options: Any) -> list[Seen]:
    """How far the wrong and the right example of a rule get while things go wrong."""
    found = []
    for value in VALUES:
        with ground.aws.faults.during(FaultPlan(list(faults))):
            found.append(ground.see(example(code, value), **options))
    return found


def test_the_descriptions_of_some_hundred_jobs_are_more_than_a_state_hands_on(ground: Ground) -> None:
    wrong, right = seen(ground, "CHECK223", items=[*range(200)])
    assert (wrong.stage, "States.DataLimitExceeded" in wrong.words) == ("execution", True), wrong
    assert right == Seen("end")


def test_a_reclaim_fails_a_job_with_one_attempt_and_no_other(ground: Ground) -> None:
    wrong, right = seen(ground, "CHECK501", Reclaim(after=1, notice=2))
    assert wrong.stage == "run"
    assert re.fullmatch(r"Host EC2 \(instance i-[0-9a-f]{17}\) terminated\.", wrong.words)
    assert right == Seen("end")


@pytest.mark.usefixtures("long_jobs")
def test_a_job_that_hangs_runs_for_most_of_a_year_unless_it_has_a_timeout(ground: Ground) -> None:
    found = seen(ground, "CHECK502", meanwhile=YEAR)
    assert found == [Seen("run", "RUNNING"), Seen("run", "Job attempt duration exceeded timeout")]


def test_a_throttled_submit_fails_its_execution_unless_it_is_repeated(ground: Ground) -> None:
    wrong, right = seen(ground, "CHECK503", ThrottleSubmit())
    assert (wrong.stage, "Too Many Requests" in wrong.words) == ("submit", True), wrong
    assert right == Seen("end")


def test_a_state_that_retries_every_failure_submits_six_jobs_that_fail(ground: Ground) -> None:
    submitted = []
    for value in VALUES:
        before = ground.aws.batch.submitted()
        with ground.aws.faults.during(FaultPlan([FAILS])):
            assert ground.see(example("CHECK504", value)).stage == "run"
        submitted.append(ground.aws.batch.submitted() - before)
    assert submitted == [6, 1]


def test_a_job_that_is_tried_again_for_every_failure_fails_three_times(ground: Ground) -> None:
    attempts = []
    for value in VALUES:
        with ground.aws.faults.during(FaultPlan([FAILS])):
            assert ground.see(example("CHECK505", value)).stage == "run"
        attempts.append(len(ground.aws.batch.leaves()[-1].attempts))
    assert attempts == [3, 1]


@pytest.mark.usefixtures("long_jobs")
def test_one_job_that_fails_ends_the_jobs_of_the_other_items_and_nobody_goes_on(ground: Ground) -> None:
    statuses = []
    for value in VALUES:
        BEHAVIOR.next.append((60, Ending(1)))
        assert ground.see(example("CHECK506", value), items=["a", "b", "c"]).stage == "run"
        assert {job.status for job in ground.aws.batch.leaves()[-3:]} == {"FAILED"}
        statuses += ground.statuses
    assert statuses == ["FAILED", "SUCCEEDED"]


@pytest.mark.usefixtures("long_jobs")
def test_who_stops_an_execution_stops_its_jobs_only_with_the_right_to(ground: Ground) -> None:
    assert [ground.stopped(example("CHECK507", value)) for value in VALUES] == ["RUNNING", "FAILED"]


def test_an_execution_that_does_not_wait_succeeds_although_its_job_fails(ground: Ground) -> None:
    statuses = []
    for value in VALUES:
        with ground.aws.faults.during(FaultPlan([FAILS])):
            assert ground.see(example("CHECK508", value)).stage == "run"
        statuses += ground.statuses
    assert statuses == ["SUCCEEDED", "FAILED"]


def test_an_answer_that_never_comes_is_waited_for_most_of_a_year(ground: Ground) -> None:
    found = seen(ground, "CHECK509", meanwhile=YEAR)
    assert found == [Seen("execution", "RUNNING: None"), Seen("execution", "States.Timeout: None")]


def test_a_job_that_is_too_large_waits_for_most_of_a_year_unless_its_queue_ends_it(ground: Ground) -> None:
    reason = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"
    found = []
    for value in VALUES:
        large = json.dumps(example("CHECK510", value)).replace('"2048"', '"99999999"')
        found.append(ground.see(json.loads(large), meanwhile=YEAR))
    assert (found[0].stage, found[0].words.startswith(reason)) == ("placement", True), found[0]
    assert found[1] == Seen("run", f"Canceled by JobStateTimeLimit action due to reason: {reason}")


def test_who_may_submit_everywhere_fills_the_queues_of_others(ground: Ground) -> None:
    with ground.deployed(example("CHECK608", "wrong")):
        batch = ground.of_role("submitter", "batch")
        assert batch.submit_job(jobName="other", jobQueue="others", jobDefinition="draw")["jobId"]
    with ground.deployed(example("CHECK608", "right")):
        assert batch.submit_job(jobName="own", jobQueue="charts", jobDefinition="charts")["jobId"]
        with pytest.raises(ClientError, match="not authorized to perform: batch:SubmitJob"):
            batch.submit_job(jobName="other", jobQueue="others", jobDefinition="charts")


def test_a_job_that_may_do_all_with_buckets_deletes_what_others_have_in_them(ground: Ground) -> None:
    ground.aws.client("s3").create_bucket(
        Bucket="theirs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    for value in VALUES:
        ground.aws.client("s3").put_object(Bucket="theirs", Key="table", Body=b"rows")
        with ground.deployed(example("CHECK611", value)) as stack:
            s3 = ground.of_job(ground.resources(stack)["Role"], "s3")
            assert s3.get_object(Bucket="theirs", Key="table")["Body"].read() == b"rows"
            if value == "wrong":
                s3.delete_object(Bucket="theirs", Key="table")
            else:
                with pytest.raises(ClientError, match="AccessDenied"):
                    s3.delete_object(Bucket="theirs", Key="table")


@pytest.mark.usefixtures("long_jobs")
def test_an_environment_without_a_bound_starts_all_that_is_asked_for(ground: Ground) -> None:
    running = []
    for value in VALUES:
        template = example("CHECK615", value)
        order = [{"Order": 1, "ComputeEnvironment": {"Ref": "Environment"}}]
        queue = {"Priority": 1, "ComputeEnvironmentOrder": order}
        template["Resources"]["Queue"] = {"Type": "AWS::Batch::JobQueue", "Properties": queue}
        template["Resources"]["Job"] = example("CHECK118", "right")["Resources"]["Job"]
        with ground.deployed(template) as stack, ground.aws.clock.working():
            names = ground.resources(stack)
            array = ground.batch.submit_job(
                jobName="many", jobQueue=names["Queue"], jobDefinition=names["Job"], arrayProperties={"size": 400}
            )["jobId"]
            ground.aws.advance(HOUR)
            [job] = ground.jobs([array])
            running.append(job["arrayProperties"]["statusSummary"]["RUNNING"])
    assert running == [400, 256]


@pytest.fixture(scope="module")
def kept(ground: Ground) -> None:
    """What the examples of CHECK616 read."""
    secret = json.dumps({"password": "hunter2"})
    ground.aws.client("secretsmanager").create_secret(Name="charts", SecretString=secret)
    ground.aws.client("ssm").put_parameter(Name="/charts/database", Value="charts.example.org", Type="String")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("CHECK616", "wrong", "hunter2"),
        ("CHECK616", "right", "charts.example.org"),
        ("CHECK617", "wrong", "AKIAIOSFODNN7EXAMPLE"),
        ("CHECK617", "right", "charts"),
    ],
)
def test_what_stands_in_variables_or_is_resolved_into_them_is_shown(
    ground: Ground, code: str, value: str, shown: str
) -> None:
    with ground.deployed(example(code, value)) as stack:
        job = ground.resources(stack)["Job"]
        [definition] = ground.batch.describe_job_definitions(jobDefinitions=[job])["jobDefinitions"]
    assert [entry["value"] for entry in definition["containerProperties"]["environment"]] == [shown]
