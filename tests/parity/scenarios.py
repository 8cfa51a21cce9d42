"""What is done in the account, one after the other, and what is seen of it: states, reasons, events, outputs, denials.

Each scenario is a function that returns what it has seen. They build on each other: the first one deploys the stack,
the last one deletes it.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from constructs_lib.ops import Account, Kind, OperationError, plan_rerun, plan_scale, plan_stop, resolve, start_rerun
from constructs_lib.ops import scale as scale_environment
from constructs_lib.ops import stop as stop_execution
from tests.parity.normal_form import NormalForm
from tests.parity.pipeline import MAX_VCPUS, synthesize
from tests.parity.stacks import PREFIX, NotReachedError, ParityStack, Patience

GOOD: Final = {"seconds": 0, "code": 0}
BAD: Final = {"seconds": 0, "code": 3}
LONG: Final = {"seconds": 300, "code": 0}
REASON: Final = "The parity suite stops this execution."
_ENDED: Final = ("SUCCEEDED", "FAILED")
_KINDS: Final = ("AWS::Batch::ComputeEnvironment", "AWS::Batch::JobQueue", "AWS::Batch::JobDefinition")

Seen = dict[str, Any]


def run_name() -> str:
    """A name that no other run has: the date, and a few letters."""
    return f"{PREFIX}{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"


@dataclass
class Run:
    """A run of the scenarios.

    Args:
        account: where.
        stack: what it makes there.
        assemblies: a directory for what is synthesized.
        patience: how long it waits.
    """

    account: Account
    stack: ParityStack
    assemblies: Path
    patience: Patience
    failed_execution: str = ""
    told: dict[str, set[str]] = field(default_factory=dict)
    """The statuses of which an event came, by job."""

    def template(self, version: int) -> dict[str, Any]:
        """The template of the stack, as `synthesize` makes it."""
        return synthesize(self.assemblies / str(version), self.stack.run, version=version)

    def execute(self, items: Sequence[Mapping[str, int]]) -> str:
        """Start an execution over items; its ARN."""
        made = self._states.start_execution(
            stateMachineArn=self.stack.outputs["MachineArn"], input=json.dumps({"items": items})
        )
        return str(made["executionArn"])

    def ended(self, execution: str) -> dict[str, Any]:
        """An execution when it has ended, as DescribeExecution has it."""

        def look() -> dict[str, Any] | None:
            described = self._states.describe_execution(executionArn=execution)
            return None if described["status"] == "RUNNING" else dict(described)

        return self.patience.until("the end of an execution", look) or {}

    def jobs(self, execution: str) -> list[str]:
        """The ids of the jobs that an execution has submitted, by the index of their items."""
        history = self._states.get_paginator("get_execution_history").paginate(executionArn=execution)
        submitted = [
            json.loads(event["taskSubmittedEventDetails"]["output"])
            for page in history
            for event in page["events"]
            if event["type"] == "TaskSubmitted"
        ]
        return [job["JobId"] for job in sorted(submitted, key=lambda job: str(job["JobName"]))]

    def describe(self, jobs: Sequence[str]) -> list[dict[str, Any]]:
        """Jobs as DescribeJobs has them, in this order."""
        found = {job["jobId"]: dict(job) for job in self.batch.describe_jobs(jobs=list(jobs))["jobs"]}
        return [found[job] for job in jobs]

    def events(self, jobs: Sequence[str]) -> list[list[str]]:
        """The statuses of which each job sent events, when that of its end has come; sorted: they come in any order."""

        def look() -> bool:
            self._receive()
            return all(self.told.get(job, set()) & {*_ENDED} for job in jobs)

        self.patience.until("the events of the jobs", look)
        return [sorted(self.told[job]) for job in jobs]

    def seen_of(self, execution: str) -> Seen:
        """What is seen of an execution that has ended, and of its jobs."""
        ended = self.ended(execution)
        jobs = self.jobs(execution)
        described = self.describe(jobs)
        history = self._states.get_paginator("get_execution_history").paginate(executionArn=execution)
        types = Counter(event["type"] for page in history for event in page["events"])
        seen: Seen = {
            "execution": ended["status"],
            "history": dict(sorted(types.items())),
            "jobs": [job["status"] for job in described],
            "reasons": [job.get("statusReason") for job in described],
            "exitCodes": [job["container"].get("exitCode") for job in described],
            "attempts": [len(job["attempts"]) for job in described],
            "events": self.events(jobs),
            "times": [job["createdAt"] <= job["startedAt"] <= job["stoppedAt"] for job in described],
        }
        if "output" in ended:
            seen["output"] = json.loads(ended["output"])
        if "error" in ended:
            seen["error"] = ended["error"]
        if ended["status"] == "ABORTED":  # what a fan-out says of its failures has ids that are in no order
            seen["cause"] = ended.get("cause")
        return seen

    @property
    def batch(self) -> Any:
        """AWS Batch."""
        return self.account.client("batch")

    @property
    def _states(self) -> Any:
        return self.account.client("stepfunctions")

    def _receive(self) -> None:
        sqs, queue = self.account.client("sqs"), self.stack.outputs["ToldUrl"]
        while received := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in received:
                detail = json.loads(message["Body"])["detail"]
                self.told.setdefault(detail["jobId"], set()).add(detail["status"])
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def deploy(run: Run) -> Seen:
    """A stack is made: its events, and what AWS Batch says of its parts."""
    status = run.stack.create(run.template(1))
    [environment] = run.batch.describe_compute_environments(computeEnvironments=[run.stack.outputs["EnvironmentArn"]])[
        "computeEnvironments"
    ]
    [queue] = run.batch.describe_job_queues(jobQueues=[run.stack.outputs["QueueArn"]])["jobQueues"]
    return {
        "stack": status,
        "events": {kind: run.stack.events(kind) for kind in _KINDS},
        "environment": {name: environment.get(name) for name in ("state", "status", "statusReason", "type")},
        "queue": {name: queue.get(name) for name in ("state", "status", "statusReason")},
    }


def deny(run: Run) -> Seen:
    """A role without rights, and calls that are wrong: the words of AWS."""
    request = {
        "jobName": "denied",
        "jobQueue": run.stack.outputs["QueueArn"],
        "jobDefinition": run.stack.outputs["JobArn"],
    }
    powerless = _client_of(run, run.stack.outputs["PowerlessArn"])
    return {
        "powerless": _error(lambda: powerless.submit_job(**request)),
        "noQueue": _error(lambda: run.batch.submit_job(**{**request, "jobQueue": f"{run.stack.run}-none"})),
        "arrayOfOne": _error(lambda: run.batch.submit_job(**request, arrayProperties={"size": 1})),
        "enabledQueue": _error(lambda: run.batch.delete_job_queue(jobQueue=request["jobQueue"])),
        "noExecution": _error(
            lambda: run.account.client("stepfunctions").describe_execution(
                executionArn=f"{run.stack.outputs['MachineArn'].replace(':stateMachine:', ':execution:')}:none"
            )
        ),
    }


def succeed(run: Run) -> Seen:
    """Two items, and both do well."""
    return run.seen_of(run.execute([GOOD, GOOD]))


def fail(run: Run) -> Seen:
    """Two items, of which one ends with exit code 3."""
    run.failed_execution = run.execute([GOOD, BAD])
    return run.seen_of(run.failed_execution)


def rerun(run: Run) -> Seen:
    """The failed item runs again, and nothing else."""
    states, s3 = run.account.client("stepfunctions"), run.account.client("s3")
    return run.seen_of(start_rerun(states, plan_rerun(states, s3, run.failed_execution)))


def stop(run: Run) -> Seen:
    """An execution is stopped while its job runs."""
    execution = run.execute([LONG])

    def running() -> bool:
        return any(job["status"] == "RUNNING" for job in run.describe(run.jobs(execution)))

    run.patience.until("a job to run", lambda: bool(run.jobs(execution)) and running())
    target = resolve(run.account, execution, [Kind.EXECUTION])
    stop_execution(run.account, plan_stop(run.account, target), reason=REASON)
    jobs = run.jobs(execution)
    run.patience.until("the end of the job", lambda: all(job["status"] in _ENDED for job in run.describe(jobs)))
    return run.seen_of(execution)


def scale(run: Run) -> Seen:
    """The environment gets twice the vCPUs, without a deployment."""
    environment = resolve(run.account, run.stack.outputs["EnvironmentArn"], [Kind.ENVIRONMENT])
    plan = plan_scale(run.account, environment, max_vcpus=2 * MAX_VCPUS)
    after = scale_environment(run.account, plan, pause=lambda _: run.patience.tick(run.patience.pause))
    return {"before": plan.before["maxvCpus"], "after": after["maxvCpus"]}


def replace(run: Run) -> Seen:
    """The queue gets another name and the job another variable."""
    before = {name: run.stack.outputs[name] for name in ("QueueArn", "JobArn", "EnvironmentArn", "MachineArn")}
    told = {kind: len(run.stack.events(kind)) for kind in _KINDS}
    status = run.stack.update(run.template(2))
    after = run.stack.outputs
    [old] = run.batch.describe_job_definitions(jobDefinitions=[before["JobArn"]])["jobDefinitions"]
    return {
        "stack": status,
        "events": {kind: run.stack.events(kind)[told[kind] :] for kind in _KINDS},
        "replaced": [name for name in before if before[name] != after[name]],
        "revisions": [arn.rpartition(":")[2] for arn in (before["JobArn"], after["JobArn"])],
        "oldRevision": old["status"],
        "oldQueue": [
            queue["status"] for queue in run.batch.describe_job_queues(jobQueues=[before["QueueArn"]])["jobQueues"]
        ],
        "run": run.seen_of(run.execute([GOOD])),
    }


def delete(run: Run) -> Seen:
    """The stack is deleted, and nothing is left of the run."""
    run.stack.patience = run.stack.patience.without_budget()
    return {"stack": run.stack.delete(), "left": run.stack.left()}


SCENARIOS: Final[tuple[Callable[[Run], Seen], ...]] = (deploy, deny, succeed, fail, rerun, stop, scale, replace, delete)


def play(run: Run, *, told: Callable[[str], None] = lambda _: None) -> Seen:
    """Play all scenarios, and take down what they have made, whatever happens; what was seen, in its normal form.

    A scenario that breaks off has ``brokeOff``, the error, and the next one is played: what others show counts, too.

    Args:
        run: where.
        told: gets the name of each scenario when it begins, and what went wrong.
    """
    seen: Seen = {}
    try:
        for scenario in SCENARIOS:
            name = scenario.__name__
            told(name)
            try:
                seen[name] = scenario(run)
            except (ClientError, NotReachedError, OperationError) as error:
                if scenario in (deploy, delete):
                    raise
                seen[name] = {"brokeOff": f"{type(error).__name__}: {error}"}
                told(f"  {name} broke off: {error}")
    finally:
        if "delete" not in seen:
            told("take down")
            for thing in delete(run)["left"]:
                told(f"still there: {thing}")
    form = NormalForm(run.account.number, run.account.region, {**run.stack.names, run.stack.run: "run"})
    return {name: form.of(values) for name, values in seen.items()}


def _client_of(run: Run, role: str) -> Any:
    """AWS Batch as a role sees it: a new role can be taken on after a while only."""
    sts = run.account.client("sts")

    def keys() -> dict[str, str] | None:
        try:
            return dict(sts.assume_role(RoleArn=role, RoleSessionName="parity")["Credentials"])
        except ClientError:
            return None

    found = run.patience.until("a role to be taken on", keys)
    assert found
    return boto3.client(
        "batch",
        endpoint_url=run.account.endpoint_url,
        region_name=run.account.region,
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
    )


def _error(call: Callable[[], Any]) -> Seen:
    try:
        call()
    except ClientError as error:
        return {"code": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
    return {"code": None, "message": None}
