"""The stack of a run in an account: made, changed, and taken down so that nothing is left."""

import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from botocore.exceptions import ClientError

from constructs_lib.ops import Account

TAG: Final = "constructs-lib-parity"
"""Tags everything that a run makes, with the name of the run."""

PREFIX: Final = "parity-"
_T = TypeVar("_T")


class OverBudgetError(RuntimeError):
    """The time is over that the budget pays for."""


class StackFailedError(RuntimeError):
    """The stack of the run is not as it should be; the text has the reasons."""


class NotReachedError(RuntimeError):
    """Something did not come about in the time that it may take."""


@dataclass
class Patience:
    """How long a run waits for things.

    Args:
        pause: seconds between two looks.
        each: seconds that one thing may take.
        all: seconds that everything may take: what the budget pays for.
        tick: waits so many seconds.
    """

    pause: float
    each: float
    all: float
    tick: Callable[[float], None] = time.sleep
    _began: float = field(default_factory=time.monotonic)

    def without_budget(self) -> "Patience":
        """The same for a tear-down, which has to come to its end whatever it costs."""
        return replace(self, all=math.inf)

    def until(self, what: str, look: Callable[[], _T]) -> _T:
        """Look until there is something, and return it.

        Raises:
            NotReachedError: it takes too long.
            OverBudgetError: the whole takes too long.
        """
        began = time.monotonic()
        while not (found := look()):
            now = time.monotonic()
            if now - self._began > self.all:
                raise OverBudgetError(
                    f"the budget is used up after {now - self._began:.0f} s, while waiting for {what}"
                )
            if now - began > self.each:
                raise NotReachedError(f"not within {self.each:.0f} s: {what}")
            self.tick(self.pause)
        return found


@dataclass
class ParityStack:
    """The stack of a run.

    Args:
        account: where it is.
        run: the name of the run, which is that of the stack, too.
        patience: how long it is waited for.
    """

    account: Account
    run: str
    patience: Patience
    id: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Logical ids by physical ids, also those of resources that were replaced."""

    def create(self, template: Mapping[str, Any]) -> str:
        """Make it; its status then.

        Raises:
            StackFailedError: CloudFormation rolled it back.
        """
        made = self._cloudformation.create_stack(StackName=self.run, **_request(template, self.run))
        self.id = str(made["StackId"])
        return self._settled("CREATE_COMPLETE")

    def update(self, template: Mapping[str, Any]) -> str:
        """Change it; its status then.

        Raises:
            StackFailedError: CloudFormation rolled the change back.
        """
        self._cloudformation.update_stack(StackName=self.id, **_request(template, self.run))
        return self._settled("UPDATE_COMPLETE")

    def delete(self) -> str:
        """Delete it, after its executions, jobs and stored lists; its status then, and nothing if there is none."""
        self.id = self.id or self._found()
        if not self.id:
            return ""
        self._note_names()
        self._stop_everything()
        self._empty_buckets()
        status = self._deleted()
        if status == "DELETE_FAILED":  # addresses of tasks that have ended hold their subnets for a while
            status = self._deleted()
        self._deregister_revisions()
        return status

    def events(self, kind: str) -> list[str]:
        """What CloudFormation told of the resources of a type since the stack was made, in its order."""
        events = _all(self._cloudformation, "describe_stack_events", "StackEvents", StackName=self.id)
        return [_event(event) for event in reversed(events) if event["ResourceType"] == kind]

    def left(self) -> list[str]:
        """What is there of the run: by its tag, by its name, and what CloudFormation did not delete."""
        return sorted({*self._kept_by_cloudformation(), *self._tagged(), *self._named()})

    @property
    def _cloudformation(self) -> Any:
        return self.account.client("cloudformation")

    def _found(self) -> str:
        """The id of the stack if it is there: of another run, or of one that ended while it was made."""
        try:
            [stack] = self._cloudformation.describe_stacks(StackName=self.run)["Stacks"]
        except ClientError:
            return ""
        return str(stack["StackId"])

    def _settled(self, *wanted: str) -> str:
        def look() -> dict[str, Any] | None:
            [stack] = self._cloudformation.describe_stacks(StackName=self.id)["Stacks"]
            return None if stack["StackStatus"].endswith("_IN_PROGRESS") else dict(stack)

        stack = self.patience.until(f"the stack {self.run}", look) or {}
        self.outputs = {entry["OutputKey"]: entry["OutputValue"] for entry in stack.get("Outputs", [])}
        self._note_names()
        status = str(stack["StackStatus"])
        if wanted and status not in wanted:
            raise StackFailedError(f"{self.run} is {status}: {'; '.join(self._failures()) or 'no reason is given'}")
        return status

    def _failures(self) -> list[str]:
        events = _all(self._cloudformation, "describe_stack_events", "StackEvents", StackName=self.id)
        failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
        return [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in reversed(failed)]

    def _note_names(self) -> None:
        # The policy of a bucket has the name of the bucket, which comes first.
        for resource in sorted(self._resources(), key=lambda each: str(each["LogicalResourceId"])):
            physical, logical = resource.get("PhysicalResourceId", ""), resource["LogicalResourceId"]
            if physical:
                self.names.setdefault(physical, logical)
            # ARNs of executions and addresses of results have the names alone.
            for part in physical.replace("/", ":").split(":"):
                if part.startswith(self.run):
                    self.names.setdefault(part, logical)

    def _deleted(self) -> str:
        self._cloudformation.delete_stack(StackName=self.id)
        return self._settled()

    def _of_kind(self, kind: str) -> list[str]:
        return [name for name in self.names if kind in name and name.startswith("arn:")]

    def _empty_buckets(self) -> None:
        s3 = self.account.client("s3")
        buckets = [
            resource["PhysicalResourceId"]
            for resource in self._resources()
            if resource["ResourceType"] == "AWS::S3::Bucket" and resource["ResourceStatus"] != "DELETE_COMPLETE"
        ]
        for bucket in buckets:
            for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
                entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                gone = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
                if gone:
                    s3.delete_objects(Bucket=bucket, Delete={"Objects": gone})

    def _deregister_revisions(self) -> None:
        """Constructs keep earlier revisions ACTIVE, for executions that began before a deployment."""
        batch = self.account.client("batch")
        for arn in self._of_kind(":job-definition/"):
            if self._is_there(arn):
                batch.deregister_job_definition(jobDefinition=arn)

    def _resources(self) -> list[dict[str, Any]]:
        return _all(self._cloudformation, "list_stack_resources", "StackResourceSummaries", StackName=self.id)

    def _stop_everything(self) -> None:
        states, batch = self.account.client("stepfunctions"), self.account.client("batch")
        machines = {entry["stateMachineArn"] for entry in _all(states, "list_state_machines", "stateMachines")}
        for machine in machines & {*self._of_kind(":stateMachine:")}:
            for execution in _all(
                states, "list_executions", "executions", stateMachineArn=machine, statusFilter="RUNNING"
            ):
                states.stop_execution(executionArn=execution["executionArn"])
        names = self._of_kind(":job-queue/")
        there = batch.describe_job_queues(jobQueues=names)["jobQueues"] if names else []
        queues = [queue["jobQueueArn"] for queue in there]

        def jobs() -> list[str]:
            return [
                job["jobId"]
                for queue in queues
                for status in ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING")
                for job in _all(batch, "list_jobs", "jobSummaryList", jobQueue=queue, jobStatus=status)
            ]

        for job in jobs():
            batch.terminate_job(jobId=job, reason="The parity suite takes down what it has made.")
        with suppress(NotReachedError):  # they end with their environment
            self.patience.until("the end of the jobs", lambda: not jobs())

    def _kept_by_cloudformation(self) -> list[str]:
        if not self.id:
            return []
        return [
            f"{resource['ResourceType']} {resource.get('PhysicalResourceId', resource['LogicalResourceId'])}"
            for resource in self._resources()
            if resource["ResourceStatus"] != "DELETE_COMPLETE"
        ]

    def _tagged(self) -> list[str]:
        """By the tag: an index that is late, so what it has is asked for again for a while."""
        tagging = self.account.client("resourcegroupstaggingapi")
        filters = [{"Key": TAG, "Values": [self.run]}]

        def arns() -> list[str]:
            entries = _all(tagging, "get_resources", "ResourceTagMappingList", TagFilters=filters)
            return [entry["ResourceARN"] for entry in entries if self._is_there(entry["ResourceARN"])]

        try:
            self.patience.until("the tags to be gone", lambda: not arns())
        except NotReachedError:
            return arns()
        return []

    def _is_there(self, arn: str) -> bool:
        """Jobs and revisions that have ended stay listed for days, cost nothing, and cannot be deleted."""
        batch = self.account.client("batch")
        if ":job-definition/" in arn:
            described = batch.describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
            return any(definition["status"] == "ACTIVE" for definition in described)
        return ":job/" not in arn

    def _named(self) -> list[str]:
        batch, logs = self.account.client("batch"), self.account.client("logs")
        states = self.account.client("stepfunctions")
        lists = (
            (_all(batch, "describe_job_queues", "jobQueues"), "jobQueueArn"),
            (_all(batch, "describe_compute_environments", "computeEnvironments"), "computeEnvironmentArn"),
            (_all(batch, "describe_job_definitions", "jobDefinitions", status="ACTIVE"), "jobDefinitionArn"),
            (_all(states, "list_state_machines", "stateMachines"), "stateMachineArn"),
            (_all(logs, "describe_log_groups", "logGroups"), "logGroupName"),
        )
        return [entry[name] for entries, name in lists for entry in entries if self.run in entry[name]]


def _all(client: Any, operation: str, member: str, **request: Any) -> list[dict[str, Any]]:
    """The entries of all pages."""
    return [entry for page in client.get_paginator(operation).paginate(**request) for entry in page[member]]


def _request(template: Mapping[str, Any], run: str) -> dict[str, Any]:
    return {
        "TemplateBody": json.dumps(template, separators=(",", ":")),
        "Capabilities": ["CAPABILITY_IAM"],
        "Tags": [{"Key": TAG, "Value": run}],
    }


def _event(event: Mapping[str, Any]) -> str:
    reason = event.get("ResourceStatusReason")
    return f"{event['ResourceStatus']}: {reason}" if reason else str(event["ResourceStatus"])
