"""A queue in an embedded AWS with one job that does nothing, for the benchmarks that run it many times."""

import json
import sys
import time
from typing import Any

from benchmarks.measure import command
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.runs.execution import Execution

NOTHING = [sys.executable, "-c", "pass"]
SUBMIT = {"JobQueue": "queue", "JobDefinition": "job"}


def queue(aws: EmbeddedAws, *, with_rights: bool = False) -> None:
    """Make the queue ``queue`` and the definition ``job``, which has no role, or one with all rights."""
    batch = aws.client("batch")
    batch.create_compute_environment(
        computeEnvironmentName="environment",
        type="MANAGED",
        computeResources={"type": "FARGATE", "maxvCpus": 256, "subnets": ["subnet"], "securityGroupIds": ["sg"]},
    )
    order = [{"order": 1, "computeEnvironment": "environment"}]
    batch.create_job_queue(jobQueueName="queue", priority=1, computeEnvironmentOrder=order)
    resources = [{"type": "VCPU", "value": "0.25"}, {"type": "MEMORY", "value": "512"}]
    container = {
        "image": "none",
        "command": NOTHING,
        "resourceRequirements": resources,
        "executionRoleArn": _role(aws, "execution", "ecs-tasks.amazonaws.com"),
    }
    if with_rights:
        container["jobRoleArn"] = _role(aws, "job", "ecs-tasks.amazonaws.com")
    batch.register_job_definition(
        jobDefinitionName="job",
        type="container",
        platformCapabilities=["FARGATE"],
        containerProperties=container,
    )


def machine(aws: EmbeddedAws, name: str, states: dict[str, Any]) -> str:
    """Make a state machine that begins with the first of these states; its ARN."""
    definition = {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}
    made = aws.client("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps(definition),
        roleArn=_role(aws, "states", "states.amazonaws.com"),
    )
    arn: str = made["stateMachineArn"]
    return arn


def run(aws: EmbeddedAws, state_machine: str, payload: Any) -> tuple[float, Any]:
    """Seconds from the start of an execution to its outcome, and its output."""
    started = time.perf_counter()
    outcome = Execution(aws, state_machine, payload).wait()
    seconds = time.perf_counter() - started
    assert outcome.succeeded, outcome.cause
    return seconds, outcome.output


def xargs(size: int) -> float:
    """Seconds that the same commands take by ``xargs -P2``, one process each as AWS Batch starts one container each."""
    return command(["sh", "-c", f"seq {size} | xargs -P2 -I'{{}}' {' '.join(NOTHING)}"])


def _role(aws: EmbeddedAws, name: str, service: str) -> str:
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    rights = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if name not in {role["RoleName"] for role in iam.list_roles()["Roles"]}:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_policy(rights))
    arn: str = iam.get_role(RoleName=name)["Role"]["Arn"]
    return arn


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
