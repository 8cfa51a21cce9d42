"""Runs small state machines in moto, with the patches and a job service that ends jobs at once."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws

from constructs_lib.local.patching import Patches
from constructs_lib.local.states import BatchError, patches
from constructs_lib.local.states.runtime import Runtime
from tests.waiting import ended_execution, until

ROLE = "arn:aws:iam::123456789012:role/states"


@dataclass
class Jobs:
    """A job service: a job named `fail` fails, `forever` never ends, `refuse` is refused, any other succeeds."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    terminated: list[str] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def submit_job(self, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        if self.refusals:
            raise BatchError(self.refusals.pop(0), "Too much.")
        if request["jobName"] == "refuse":
            raise BatchError("ClientException", "JobQueue nowhere not found.")
        job_id = str(uuid.uuid4())
        self.by_id[job_id] = request
        return {
            "jobArn": f"arn:aws:batch:us-east-1:123456789012:job/{job_id}",
            "jobName": request["jobName"],
            "jobId": job_id,
        }

    def wait_for_job(self, job_id: str, *, interruption: threading.Event) -> dict[str, Any] | None:
        request = self.by_id[job_id]
        if request["jobName"] == "forever":
            interruption.wait()
            return None
        return {
            "jobId": job_id,
            "jobName": request["jobName"],
            "status": "FAILED" if request["jobName"] == "fail" else "SUCCEEDED",
            "createdAt": 1700000000000,
            "container": {"exitCode": 1, "environment": request["containerOverrides"]["environment"], "vcpus": 1},
            "arrayProperties": {"size": 2, "statusSummary": {"FAILED": 1, "SUCCEEDED": 1}},
            "tags": {"costCentre": "Ä1"},
        }

    def terminate_job(self, job_id: str, reason: str) -> None:
        assert reason
        self.terminated.append(job_id)


@dataclass
class Execution:
    """An execution that has been started."""

    client: Any
    arn: str

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = self.client.describe_execution(executionArn=self.arn)
        return described

    def wait(self, seconds: float = 20) -> dict[str, Any]:
        return ended_execution(self.client, self.arn, seconds=seconds)

    def output(self) -> Any:
        described = self.wait()
        assert described["status"] == "SUCCEEDED", (described.get("error"), described.get("cause"))
        return json.loads(described["output"])

    def failure(self) -> tuple[str, str]:
        described = self.wait()
        assert described["status"] == "FAILED", described
        return described["error"], described["cause"]

    def until(self, condition: Callable[[], bool]) -> None:
        until(condition)

    def map_run(self) -> dict[str, Any]:
        runs = self.client.list_map_runs(executionArn=self.arn)["mapRuns"]
        described: dict[str, Any] = self.client.describe_map_run(mapRunArn=runs[0]["mapRunArn"])
        return described

    def children(self, **options: Any) -> list[dict[str, Any]]:
        arn = self.map_run()["mapRunArn"]
        listed: list[dict[str, Any]] = self.client.list_executions(mapRunArn=arn, **options)["executions"]
        return listed

    def events(self) -> list[dict[str, Any]]:
        history: list[dict[str, Any]] = self.client.get_execution_history(executionArn=self.arn)["events"]
        return history


Start = Callable[..., Execution]


@pytest.fixture(scope="module")
def jobs() -> Jobs:
    return Jobs()


@pytest.fixture(scope="module")
def aws(jobs: Jobs) -> Iterator[Callable[[str], Any]]:
    """Make clients of moto's services."""
    with (
        pytest.MonkeyPatch.context() as patch,
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        Patches(patches(Runtime(jobs=lambda _: jobs))),
    ):
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield lambda service: boto3.client(service, region_name="us-east-1")


@pytest.fixture(scope="module")
def start(aws: Callable[[str], Any]) -> Start:
    """Start a state machine: a definition, or states of which the first one starts; JSONata by default."""
    client = aws("stepfunctions")

    def start(states: dict[str, Any], execution_input: Any = None, **definition: Any) -> Execution:
        text = json.dumps({"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **definition})
        name = f"m{uuid.uuid4()}"
        machine = client.create_state_machine(name=name, definition=text, roleArn=ROLE)["stateMachineArn"]
        started = client.start_execution(
            stateMachineArn=machine,
            name="e",
            input=json.dumps({} if execution_input is None else execution_input),
        )
        return Execution(client, started["executionArn"])

    return start
