"""A stack of ours that has run, and its roles: each right can be taken away for a while.

A role's policy is changed in the running account, as an administrator would, and put back afterwards.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.faults import FaultPlan, Hang
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.runs.outcome import Outcome
from tests.waiting import until

LONG = "x" * 9_000  # does not fit into the variables of a job: the list goes by S3
ITEMS: dict[str, list[Any]] = {
    "ArrayStack": [LONG, "short"],
    "DistributedStack": [LONG, "short"],
    "MapStack": [LONG],
    "WeatherStack": [2012, 2013, 2014, 2015],
}
FEW: dict[str, list[Any]] = {
    "ArrayStack": ["a", "b"],
    "DistributedStack": ["a", "b"],
    "MapStack": ["a"],
    "WeatherStack": [2012],
}


@dataclass(frozen=True)
class Right:
    """One action in one statement of an inline policy."""

    role: str
    policy: str
    statement: int
    action: str

    def __str__(self) -> str:
        return f"{self.role}: {self.action} of statement {self.statement}"


class Roles:
    """The roles of an account, whose rights can be taken away."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws, self.iam = aws, aws.client("iam")

    def rights_of(self, role: str) -> list[Right]:
        return [
            Right(role, policy, number, action)
            for policy in self.iam.list_role_policies(RoleName=role)["PolicyNames"]
            for number, statement in enumerate(self._document(role, policy)["Statement"])
            for action in _listed(statement["Action"])
        ]

    @contextmanager
    def without(self, right: Right) -> Iterator[None]:
        whole = self._document(right.role, right.policy)
        changed = json.loads(json.dumps(whole))
        statement = changed["Statement"][right.statement]
        statement["Action"] = [action for action in _listed(statement["Action"]) if action != right.action]
        kept = [item for item in changed["Statement"] if item["Action"]]
        changed["Statement"] = kept or [{"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}]
        self._put(right, changed)
        try:
            yield
        finally:
            self._put(right, whole)

    def denied(self, right: Right, since: int) -> bool:
        """Whether IAM has denied this action to this role."""
        return any(
            (denial.action.lower(), (denial.role or "").rpartition("/")[2]) == (right.action.lower(), right.role)
            for denial in self.aws.iam.denials[since:]
        )

    def statement(self, right: Right) -> dict[str, Any]:
        found: dict[str, Any] = self._document(right.role, right.policy)["Statement"][right.statement]
        return found

    def _document(self, role: str, policy: str) -> dict[str, Any]:
        document: dict[str, Any] = self.iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        return document

    def _put(self, right: Right, document: dict[str, Any]) -> None:
        self.iam.put_role_policy(RoleName=right.role, PolicyName=right.policy, PolicyDocument=json.dumps(document))


class Pipeline(Roles):
    """A stack that has run once with all of its rights.

    Args:
        aws: where it is.
        deployment: what CloudFormation made.
        items: what it runs over. Default: those of a stack of ours.
        machine: its state machine. Default: the only one.
    """

    def __init__(
        self,
        aws: EmbeddedAws,
        deployment: Deployment,
        items: list[Any] | None = None,
        machine: str | None = None,
    ) -> None:
        super().__init__(aws)
        self.deployment = deployment
        self.items, self.few = (items, items) if items else (ITEMS[deployment.name], FEW[deployment.name])
        self.machines = aws.client("stepfunctions")
        self.machine = machine or deployment.state_machine()
        outcome = self.start(self.items).wait()
        assert outcome.succeeded, (outcome.error, outcome.cause)
        self.jobs = list(self._one_job_of_each_definition(outcome))

    def start(self, items: list[Any]) -> Execution:
        return Execution(self.aws, self.machine, {"items": items})

    def roles(self, part: str) -> list[str]:
        """The roles whose logical id has a part."""
        kinds = self.deployment.resources.items()
        return [name for logical_id, (kind, name) in kinds if kind == "AWS::IAM::Role" and part in logical_id]

    def rights(self, part: str) -> list[Right]:
        return [right for role in self.roles(part) for right in self.rights_of(role)]

    def is_deployable(self) -> bool:
        """Change the state machine to what it is, which lets AWS look at its role."""
        role = self.machines.describe_state_machine(stateMachineArn=self.machine)["roleArn"]
        try:
            self.machines.update_state_machine(stateMachineArn=self.machine, roleArn=role)
        except ClientError as error:
            if error.response["Error"]["Code"] == "AccessDeniedException":
                return False
            raise
        return True

    def runs(self, execution: Execution) -> bool:
        return bool(self.machines.describe_execution(executionArn=execution.arn)["status"] == "RUNNING")

    def causes(self, execution: Execution) -> str:
        """The events of an execution and of its child executions."""
        arns = [execution.arn]
        for run in self.machines.list_map_runs(executionArn=execution.arn)["mapRuns"]:
            children = self.machines.list_executions(mapRunArn=run["mapRunArn"])["executions"]
            arns += [child["executionArn"] for child in children]
        histories = [self.machines.get_execution_history(executionArn=arn)["events"] for arn in arns]
        return json.dumps(histories, default=str)

    @contextmanager
    def hanging(self, mark: str) -> Iterator[None]:
        """Let the jobs of a state hang, whose jobs have a mark."""
        names = {job["jobName"] for job in self.jobs if mark in job["tags"].values()}
        with self.aws.faults.during(FaultPlan([Hang(job=name) for name in names or {"*"}])):
            yield

    def job_of(self, execution: Execution, mark: str, before: Collection[str]) -> str:
        """Wait for a new job of a state, whose jobs have a mark."""
        found: list[str] = []

        def look() -> bool:
            jobs = [job for job in self.aws.batch.jobs() if job.id not in before and not job.status.final]
            found[:] = [job.id for job in jobs if mark in job.spec.details["tags"].values()]
            return bool(found)

        assert until(look), (mark, self.causes(execution))
        return found[0]

    def job_with(self, role: str) -> dict[str, Any]:
        names = ("jobRoleArn", "executionRoleArn")
        [job] = [job for job in self.jobs if any(job["container"][name].endswith(f"/{role}") for name in names)]
        return job

    def flow_logs(self) -> set[str]:
        resources = self.deployment.resources.values()
        ids = [name for kind, name in resources if kind == "AWS::EC2::FlowLog"]
        logs = self.aws.client("ec2").describe_flow_logs(FlowLogIds=ids)["FlowLogs"]
        return {log["DeliverLogsStatus"] for log in logs}

    @contextmanager
    def trusting_nobody(self, role: str) -> Iterator[None]:
        trust = self.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        nobody = {
            "Version": "2012-10-17",
            "Statement": [{**trust["Statement"][0], "Principal": {"Service": "lambda.amazonaws.com"}}],
        }
        self.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(nobody))
        try:
            yield
        finally:
            self.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))

    def submit_again(self, job: dict[str, Any]) -> dict[str, Any]:
        """Run one job of the first run again, by itself."""
        given = {item["name"]: item["value"] for item in job["container"]["environment"]}
        variables = [
            {"name": name, "value": value}
            for name, value in ({"ITEMS_OFFSET": "0"} | given).items()  # a child of an array has the first item again
            if not name.startswith("AWS_BATCH")
        ]
        job_id = self.aws.client("batch").submit_job(
            jobName="again",
            jobDefinition=job["jobDefinition"],
            jobQueue=job["jobQueue"],
            containerOverrides={"environment": variables},
            retryStrategy={"attempts": 1},
        )["jobId"]
        ended = self.aws.batch.wait_for_job(job_id, 30)
        assert ended is not None
        return ended

    def _one_job_of_each_definition(self, outcome: Outcome) -> Iterator[dict[str, Any]]:
        seen = set()
        for job in outcome.jobs:
            described = self.aws.batch.describe_job(job.id)
            assert described is not None
            if described["jobDefinition"] not in seen:
                seen.add(described["jobDefinition"])
                yield described


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
