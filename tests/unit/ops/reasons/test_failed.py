"""What a job that failed says by its memory, its children, its log and the denials in it."""

import json
import shlex

import pytest

from constructs_lib.ops import Cause
from constructs_lib.ops.reasons.denials import denial
from constructs_lib.ops.reasons.executions.errors import explained
from constructs_lib.ops.reasons.executions.failure import Failure
from constructs_lib.ops.reasons.failed import finding
from constructs_lib.ops.reasons.failed.arrays import children_failed, groups
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.failed.memory import next_size
from tests.unit.ops.reasons.described import JOB, job

USER = "User: arn:aws:sts::111122223333:assumed-role/Worker/abc is not authorized to perform:"
EXITED = {"statusReason": "Essential container in task exited"}


@pytest.mark.parametrize(
    ("memory", "vcpus", "fargate", "expected"),
    [
        (2048, 1, True, 4096),
        (6144, 1, True, 8192),
        (8192, 1, True, None),
        (65_536, 8, True, None),
        (40_960, 8, True, 61_440),
        (2048, 1, False, 4096),
        (0, 1, False, None),
    ],
)
def test_the_next_size_of_memory(memory: float, vcpus: float, fargate: bool, expected: int | None) -> None:
    assert next_size(memory, vcpus, fargate=fargate) == expected


def test_a_size_that_fargate_does_not_have_is_not_proposed() -> None:
    described = job(memory=8192, platformCapabilities=["FARGATE"], **EXITED)
    described["container"] |= {"exitCode": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"}
    found = finding(FailedJob(job=described))
    assert found is not None
    assert found.cause is Cause.OUT_OF_MEMORY
    assert found.fixes[0].text.startswith("Fargate has no more than 8,192 MiB for 1 vCPUs")


def test_memory_that_is_not_known_is_no_size() -> None:
    described = job(**EXITED)
    described["container"] |= {"exitCode": 137, "resourceRequirements": []}
    found = finding(FailedJob(job=described))
    assert found is not None
    assert found.fixes[0].text == "Give the job more memory."
    assert "MiB" not in found.sentence


def test_children_that_differ_only_in_their_instance_are_one_group() -> None:
    reasons = [f"Host EC2 (instance i-0{number:016x}) terminated." for number in range(30)] + ["Other"]
    children = [
        {"jobId": f"{JOB}:{index}", "arrayProperties": {"index": index}, "statusReason": reason}
        for index, reason in enumerate(reasons)
    ]
    found = groups(children)
    assert [(group.count, group.example) for group in found] == [(30, f"{JOB}:0"), (1, f"{JOB}:30")]
    told = children_failed(job(arrayProperties={"size": 100, "statusSummary": {"FAILED": 31}}), found, is_all=True)
    assert told.sentence == "31 of its 100 children failed, for 2 different reasons."
    first = "30 children (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …): Host EC2 (instance …) terminated."
    assert told.evidence[0] == first


def test_a_denial_in_the_log_names_the_role_and_the_statement() -> None:
    described = job(**EXITED)
    described["container"] |= {"exitCode": 1, "jobRoleArn": "arn:aws:iam::111122223333:role/Worker"}
    log = [f'botocore.exceptions.ClientError: (AccessDenied) {USER} s3:PutObject on resource: "arn:aws:s3:::out/1"']
    found = finding(FailedJob(job=described, log=log))
    assert found is not None
    assert found.cause is Cause.DENIED
    assert found.sentence.startswith("Role Worker may not do s3:PutObject on arn:aws:s3:::out/1")
    assert json.loads(found.fixes[0].statement or "") == {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::out/1",
    }


@pytest.mark.parametrize(
    ("rest", "denier"),
    [
        ("with an explicit deny in an identity-based policy", "the identity-based policy"),
        (
            "with an explicit deny in a service control policy: arn:aws:organizations::1:p/o",
            "the service control policy",
        ),
        ("with an explicit deny in a resource-based policy", "the resource-based policy"),
    ],
)
def test_an_explicit_denial_is_not_mended_by_allowing(rest: str, denier: str) -> None:
    found = denial(f"{USER} s3:GetObject on resource: arn:aws:s3:::in/1 {rest}")
    assert found is not None
    [fix] = found.fixes
    assert (fix.statement, denier in fix.text) == (None, True)


def test_the_rule_of_sync_takes_three_rights() -> None:
    found = denial("'arn:aws-cn:iam::111122223333:role/Machine' is not authorized to create managed-rule.")
    assert found is not None
    added = json.loads(found.fixes[0].statement or "")
    assert added["Action"] == ["events:PutTargets", "events:PutRule", "events:DescribeRule"]
    assert added["Resource"] == "arn:aws-cn:events:REGION:111122223333:rule/StepFunctionsGetEventsForBatchJobsRule"


def test_a_text_that_is_no_denial() -> None:
    assert denial("not authorized") is None


def test_what_others_named_is_one_word_of_a_command() -> None:
    described = job(statusReason="CannotPullContainerError: manifest unknown")
    described["container"]["image"] = "registry/$(reboot); rm -rf ~:latest"
    found = finding(FailedJob(job=described))
    assert found is not None
    command = str(found.fixes[0].command)
    assert shlex.split(command)[:3] == ["aws", "ecr", "describe-images"]
    assert shlex.split(command)[4:] == ["$(reboot); rm -rf ~"]


def test_braces_of_others_are_no_places_of_a_sentence() -> None:
    found = finding(FailedJob(job=job(statusReason="CannotPullContainerError: {role.__class__} {0}")))
    assert found is not None
    assert found.evidence == ("CannotPullContainerError: {role.__class__} {0}",)


def test_a_cause_of_thirty_thousand_characters_is_one_sentence() -> None:
    found = explained(Failure(error="States.QueryEvaluationError", cause="x\n" * 16_000, state="Sum"))
    assert found is not None
    assert len(found.sentence) < 500
    assert "\n" not in found.sentence
    assert max(map(len, found.evidence)) < 1_000


def test_a_reason_that_nobody_knows() -> None:
    assert finding(FailedJob(job=job(statusReason="the moon was full"))) is None


NO_MANIFEST = "manifest for 111122223333.dkr.ecr.eu-west-1.amazonaws.com/tile:1 not found: manifest unknown"
NO_LOG_GROUP = (
    "create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: "
    "The specified log group does not exist."
)
TASK = "arn:aws:ecs:eu-west-1:111122223333:task/tiles/0123456789abcdef0123456789abcdef"


def ecs_task(reason: str, **container: object) -> Failure:
    """A state that ran a task of Amazon ECS, which failed: its cause is the task as ECS describes it."""
    told = {
        "TaskArn": TASK,
        "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/tiles:3",
        "StoppedReason": reason,
        "Containers": [{"Name": "tile", "Image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/tile:1", **container}],
    }
    return Failure(error="States.TaskFailed", cause=json.dumps(told), state="Tile", resource="ecs:runTask.sync")


def test_a_task_of_ecs_whose_container_failed_tells_its_exit_code() -> None:
    found = explained(ecs_task("Essential container in task exited", ExitCode=3, Reason="the disk was full"))
    assert found is not None
    assert found.cause is Cause.TASK_FAILED
    assert found.sentence == (
        "The task of Amazon ECS that State 'Tile' runs stopped: Essential container in task exited."
    )
    assert found.evidence == ("container tile: exit code 3", "the disk was full", TASK)


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        (f"CannotPullContainerError: Error response from daemon: {NO_MANIFEST}", Cause.IMAGE_NOT_FOUND),
        (f"ResourceInitializationError: failed to validate logger args: {NO_LOG_GROUP}", Cause.LOG_GROUP),
    ],
)
def test_a_task_of_ecs_that_did_not_start_is_explained_like_a_job(reason: str, cause: Cause) -> None:
    found = explained(ecs_task(reason))
    assert found is not None
    assert found.cause is cause
    assert TASK in found.evidence
    assert "state Tile, which calls ecs:runTask.sync: States.TaskFailed" in found.evidence


def test_a_job_that_a_watch_has_cancelled_names_the_watch_and_how_long_it_waited() -> None:
    reason = "7200 seconds in RUNNABLE, cancelled by Stack/Watch. Raise the maximum."
    found = finding(FailedJob(job=job(statusReason=reason)))
    assert found is not None
    assert found.cause is Cause.CANCELLED_BY_WATCH
    assert found.sentence == "It waited in RUNNABLE for 2 h, and Stack/Watch cancelled it for that."
    assert found.fixes[0].command == "constructs-lib why spot"


def test_a_list_that_is_too_long_for_a_strategy_names_another_one() -> None:
    found = explained(Failure(error="FanOut.TooManyItems", cause="3,000 items, at most 2,400", state="Tiles: Refuse"))
    assert found is not None
    assert found.cause is Cause.TOO_MANY_ITEMS
    assert "3,000 items, at most 2,400" in found.sentence
    assert "Strategy.DISTRIBUTED" in found.fixes[0].text
