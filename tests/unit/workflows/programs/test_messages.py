"""What messages say: both implementations write the same, for people and for programs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import constructs_lib
from constructs_lib.workflows.states.programs import program
from tests.unit.workflows.programs.engines import MILLIS, Reference, embedded

MESSAGES = Path(constructs_lib.__file__).parent / "monitoring" / "notifications"
EXECUTION = "arn:aws:states:eu-west-1:111122223333:execution:Nightly:monday"
QUEUE = "arn:aws:batch:eu-west-1:111122223333:job-queue/urgent"
JOB = "4c7599ae-0a82-49aa-ba5a-4727fcce14a8"
READING = {"window": 300, "late": 60, "variable": "MANAGED_BY_AWS", "value": "STARTED_BY_STEP_FUNCTIONS", "names": []}
NOW = MILLIS // 1000

Ask = Callable[..., Any]


@pytest.fixture
def ask(reference: Reference) -> Ask:
    def ask_(name: str, states: Any, **inputs: Any) -> Any:
        text = program(str(MESSAGES / name), name).fragment(**inputs)
        found = embedded(text, states)
        assert found == reference.answer(text, states)
        return found

    return ask_


@pytest.fixture
def read() -> Ask:
    """Reads an event, by one implementation: the reference has no $hash, which is Step Functions' own."""
    text = program(str(MESSAGES / "read_event"), "read_event").fragment
    return lambda event, **changed: embedded(text(**{**READING, **changed}), {"input": event})


def changed(**detail: Any) -> dict[str, Any]:
    """The event of a job that has failed a minute ago."""
    job = {"jobName": "work", "jobId": JOB, "jobQueue": QUEUE, "status": "FAILED", "stoppedAt": MILLIS - 60_000}
    return {"detail-type": "Batch Job State Change", "detail": {**job, **detail}}


class TestReading:
    def test_an_execution_has_a_name_for_each_of_its_ends(self, read: Ask) -> None:
        detail = {
            "executionArn": EXECUTION,
            "stateMachineArn": "arn:aws:states:eu-west-1:111122223333:stateMachine:Nightly",
            "name": "monday",
            "status": "TIMED_OUT",
            "startDate": 1_000,
            "stopDate": 62_400,
            "error": None,
            "cause": None,
            "redriveCount": 0,
        }
        event = {"detail-type": "Step Functions Execution Status Change", "detail": detail}
        first = read(event)
        assert first["input"] == {
            "kind": "execution",
            "status": "TIMED_OUT",
            "what": "Nightly",
            "execution": EXECUTION,
            "seconds": 61,
        }
        assert read(event)["name"] == first["name"]
        again = read({**event, "detail": {**detail, "redriveCount": 1}})
        assert again["name"] != first["name"]
        named = read(event, names=[{"arn": detail["stateMachineArn"], "name": "App/Nightly"}])
        assert named["input"]["what"] == "App/Nightly"

    @pytest.mark.parametrize("name", ["monday", "an execution with ümläuts and spaces " * 3, "x" * 80])
    def test_a_name_is_one_that_start_execution_takes(self, read: Ask, name: str) -> None:
        detail = {"executionArn": f"{EXECUTION}{name}", "stateMachineArn": "a:b", "name": name, "status": "FAILED"}
        found = read({"detail-type": "Step Functions Execution Status Change", "detail": detail})["name"]
        assert len(found) <= 80
        assert found.replace("-", "").replace("_", "").isalnum()
        assert found.isascii()

    def test_jobs_of_a_queue_in_a_while_have_one_name(self, read: Ask) -> None:
        start = NOW // 300 * 300 * 1000
        first, last, other = (read(changed(stoppedAt=start + after)) for after in (0, 299_999, -1))
        assert first == last
        assert (first["input"]["from"], first["input"]["to"]) == (start // 1000, start // 1000 + 300)
        assert other["name"] != first["name"]
        assert read(changed(stoppedAt=start, jobQueue=f"{QUEUE}2"))["name"] != first["name"]

    def test_a_job_that_is_heard_of_too_late_is_told_by_itself(self, read: Ask) -> None:
        late = read(changed(stoppedAt=MILLIS - 3_600_000, statusReason="Host EC2 terminated"))
        assert late["input"]["jobIds"] == [JOB]
        assert late["input"]["groups"] == [{"jobs": 1, "reason": "Host EC2 terminated", "job": JOB}]
        assert late["name"].startswith("work-")

    def test_a_job_that_a_state_machine_waits_for_is_not_told(self, read: Ask) -> None:
        managed = {"name": "MANAGED_BY_AWS", "value": "STARTED_BY_STEP_FUNCTIONS"}
        assert read(changed(container={"environment": [{"name": "A", "value": "b"}, managed]})) is None
        assert read(changed(container={"environment": [{"name": "A", "value": "b"}]})) is not None


class TestFailures:
    def test_jobs_are_found_in_causes_that_are_cut_off_and_in_the_summary(self, ask: Ask) -> None:
        cause = '{"JobArn":"arn", "JobId":"first", "Container":{"Env'
        events = [
            {"Type": "ExecutionFailed"},
            {"Type": "TaskFailed", "TaskFailedEventDetails": {"Error": "States.TaskFailed", "Cause": cause}},
            {"Type": "TaskFailed", "TaskFailedEventDetails": {"Error": "Lambda.Unknown", "Cause": "it crashed"}},
        ]
        told = {
            "error": "FanOut.TooManyFailures",
            "cause": '{"total":3,"failed":1,"failedIndexes":[2],"jobIds":["a","b","c"]}',
        }
        found = ask("failed_tasks", {"input": told, "result": {"Events": events}}, most=5)
        assert found["jobIds"] == ["first", "c"]
        assert found["others"] == [{"error": "Lambda.Unknown", "cause": "it crashed"}]
        nothing = ask("failed_tasks", {"input": {"error": "Wrong"}, "result": {"Events": events[:1]}}, most=5)
        assert (nothing["jobIds"], nothing["others"]) == ([], [])

    def test_the_container_that_failed_is_told_of_a_job_of_several(self, ask: Ask) -> None:
        containers = [
            {"Name": "log", "ExitCode": 0, "LogStreamName": "log/1"},
            {"Name": "main", "ExitCode": 137, "Reason": "OutOfMemoryError: killed", "LogStreamName": "main/1"},
        ]
        logs = {"LogConfiguration": {"Options": {"awslogs-group": "/jobs"}}}
        job = {
            "JobId": JOB,
            "JobName": "work",
            "Status": "FAILED",
            "StatusReason": "Essential container in task exited",
            "Attempts": [{"TaskProperties": [{"Containers": containers}]}],
            "EcsProperties": {"TaskProperties": [{"Containers": [{"Name": "log", **logs}, {"Name": "main", **logs}]}]},
        }
        [told] = ask("described_jobs", {"input": {"kind": "jobs"}, "result": {"Jobs": [job]}})["jobs"]
        assert told == {
            "id": JOB,
            "name": "work",
            "reason": "Essential container in task exited",
            "detail": "OutOfMemoryError: killed",
            "exitCode": 137,
            "logGroup": "/jobs",
            "logStream": "main/1",
        }


def recorded(ask: Ask, **told: Any) -> dict[str, Any]:
    found: dict[str, Any] = ask("record", {"input": told})
    return found


FAILED = {"kind": "execution", "status": "FAILED", "what": "Nightly", "execution": EXECUTION, "seconds": 3_725}


class TestWords:
    def test_a_failure_with_its_jobs_for_a_person(self, ask: Ask) -> None:
        job = {
            "id": JOB,
            "name": "Tiles",
            "index": 7,
            "reason": "exited",
            "exitCode": 1,
            "logGroup": "/a b",
            "logStream": "x/y",
        }
        summary = '{"total":9,"failed":2,"failedIndexes":[7,8],"resultsUri":"s3://bucket/results"}'
        record = recorded(ask, **FAILED, error="FanOut.TooManyFailures", cause=summary, jobs=[job], jobIds=[JOB])
        assert "cause" not in record
        subject = ask("subject", {"input": record}, most=100)
        assert subject == "Nightly failed: 2 of 9 items failed"
        text = ask("text", {"input": {"record": record, "subject": subject}})
        assert text == (
            "Nightly failed: 2 of 9 items failed after 1 h 2 min.\n"
            "\n"
            "Error: FanOut.TooManyFailures\n"
            "\n"
            "Failed items: 7, 8\n"
            "\n"
            "Failed jobs:\n"
            "  item 7: exited, exit code 1\n"
            "    https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
            "#logsV2:log-groups/log-group/$252Fa$2520b/log-events/x$252Fy\n"
            "\n"
            "Run the failed items again:\n"
            f"  constructs-lib rerun {EXECUTION}\n"
            "\n"
            "Find out why:\n"
            f"  constructs-lib why {EXECUTION}\n"
            "\n"
            "The execution in the console:\n"
            "  https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1"
            f"#/v2/executions/details/{EXECUTION}"
        )

    @pytest.mark.parametrize(
        ("partition", "region", "host"),
        [
            ("aws", "eu-central-1", "eu-central-1.console.aws.amazon.com"),
            ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
            ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ],
    )
    def test_an_address_is_in_the_console_of_the_partition(
        self, ask: Ask, partition: str, region: str, host: str
    ) -> None:
        arn = f"arn:{partition}:states:{region}:111122223333:execution:Nightly:monday"
        record = recorded(ask, **{**FAILED, "execution": arn})
        assert record["page"] == f"https://{host}/states/home?region={region}#/v2/executions/details/{arn}"

    @pytest.mark.parametrize(
        ("told", "subject"),
        [
            (
                {"kind": "execution", "status": "SUCCEEDED", "what": "Nightly", "execution": EXECUTION},
                "Nightly succeeded",
            ),
            (
                {"kind": "execution", "status": "ABORTED", "what": "Nächtlich", "execution": EXECUTION},
                "N?chtlich was stopped",
            ),
            (
                {"kind": "jobs", "status": "FAILED", "what": "urgent", "queue": QUEUE, "total": 1},
                "1 job failed in queue urgent",
            ),
            (
                {"kind": "jobs", "status": "FAILED", "what": "urgent", "queue": QUEUE, "total": 12_000},
                "12000 jobs failed in queue urgent",
            ),
            ({"kind": "blocked", "status": "BLOCKED", "what": "urgent", "queue": QUEUE}, "Queue urgent is blocked"),
            (
                {"kind": "environment", "status": "INVALID", "what": "spot", "environment": QUEUE},
                "Compute environment spot is INVALID",
            ),
        ],
    )
    def test_a_subject_says_what_happened(self, ask: Ask, told: dict[str, Any], subject: str) -> None:
        assert ask("subject", {"input": recorded(ask, **told)}, most=100) == subject

    def test_a_subject_is_short_enough_and_keeps_its_numbers(self, ask: Ask) -> None:
        long = {**FAILED, "what": "Nightly" * 30, "error": "FanOut.TooManyFailures"}
        record = recorded(ask, **long, cause='{"total":10000,"failed":10000}')
        subject = ask("subject", {"input": record}, most=100)
        assert len(subject) == 100
        assert subject.endswith(": 10000 of 10000 items failed")

    @pytest.mark.parametrize(
        ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3_600, "1 h 0 min"), (90_061, "1 d 1 h")]
    )
    def test_a_duration_in_words(self, ask: Ask, seconds: int, words: str) -> None:
        text = ask("text", {"input": {"record": {"seconds": seconds}, "subject": "It ended"}})
        assert text == f"It ended after {words}."

    def test_a_success_asks_for_nothing(self, ask: Ask) -> None:
        record = recorded(ask, **{**FAILED, "status": "SUCCEEDED"})
        assert set(record) == {"about", "name", "status", "execution", "seconds", "page"}
