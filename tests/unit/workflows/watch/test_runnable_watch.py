"""RunnableWatch: which events start it, what its roles may do, and what it refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from constructs_lib import ConfigurationError, JobQueue, RunnableWatch, StuckJobAction
from tests.unit.workflows.synthesized import (
    JOB_ARNS,
    QUEUE_ARN,
    Resources,
    all_states,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    statements,
)

OTHER_ARN = QUEUE_ARN.replace("bulk", "other")
JOBS_ARN = "arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:job/*"


def other_queue(stack: Stack) -> batch.IJobQueue:
    return batch.JobQueue.from_job_queue_arn(stack, "Other", OTHER_ARN)


def watch(stack: Stack, construct_id: str = "Watch", **options: Any) -> RunnableWatch:
    given = {"after": Duration.hours(2), "action": StuckJobAction.cancel(), **options}
    return RunnableWatch(stack, construct_id, **given)


@pytest.fixture(scope="module")
def resources() -> Resources:
    def build(stack: Stack) -> None:
        bulk, work = queue(stack), job(stack)
        secret = sns.Topic(stack, "Secret", master_key=kms.Key(stack, "Key"))
        watch(stack, "Cancel", queues=[bulk])
        watch(
            stack,
            "Resubmit",
            queues=[bulk],
            jobs=[work],
            action=StuckJobAction.resubmit(other_queue(stack), share_identifier="maps").and_notify(secret),
        )
        watch(
            stack, "Notify", queues=[bulk], action=StuckJobAction.notify(sns.Topic(stack, "Open")), blocked_topic=secret
        )

    return resources_of(build)


def rights(resources: Resources, role: str) -> dict[str, list[str]]:
    """The resources of each action of a role, but for those of its logs and traces."""
    found = {}
    for statement in statements(resources, role).values():
        arns = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        found |= dict.fromkeys(statement["Action"], arns)
    return {action: arns for action, arns in found.items() if not action.startswith(("logs:", "xray:"))}


def only(resources: Resources, kind: str, start: str) -> dict[str, Any]:
    [found] = [item for name, item in resources.items() if item["Type"] == kind and name.startswith(start)]
    properties: dict[str, Any] = found["Properties"]
    return properties


def test_an_event_for_each_job_and_array_that_begins_to_wait(resources: Resources) -> None:
    rule = only(resources, "AWS::Events::Rule", "CancelWaitingRule")
    assert rule["EventPattern"]["detail-type"] == ["Batch Job State Change"]
    detail = rule["EventPattern"]["detail"]
    assert detail["jobQueue"] == [QUEUE_ARN]
    assert "jobDefinition" not in detail
    assert [(choice["status"], list(choice)) for choice in detail["$or"]] == [
        (["RUNNABLE"], ["status", "arrayProperties", "nodeDetails"]),
        (["PENDING"], ["status", "arrayProperties"]),
    ]
    [target] = rule["Targets"]
    assert target["InputPath"] == "$.detail"


def test_jobs_that_the_queue_has_cancelled_are_resubmitted_and_told_of(resources: Resources) -> None:
    for start in ("Resubmit", "Notify"):
        choices = only(resources, "AWS::Events::Rule", f"{start}WaitingRule")["EventPattern"]["detail"]["$or"]
        assert choices[2]["statusReason"] == [{"prefix": "Canceled by JobStateTimeLimit action"}]
    detail = only(resources, "AWS::Events::Rule", "ResubmitWaitingRule")["EventPattern"]["detail"]
    assert detail["jobDefinition"] == [{"prefix": JOB_ARNS.removesuffix("*")}]


def test_the_waiting_machine_may_ask_and_hand_over(resources: Resources) -> None:
    found = rights(resources, "CancelWaitingRole")
    assert found == {"batch:DescribeJobs": ["*"], "states:StartExecution": found["states:StartExecution"]}
    assert [arn.startswith("<CancelActing") for arn in found["states:StartExecution"]] == [True]


@pytest.mark.parametrize(
    ("start", "needed"),
    [
        ("Cancel", {"batch:DescribeJobs": ["*"], "batch:CancelJob": [JOBS_ARN]}),
        ("Notify", {"sns:Publish": ["<Open"]}),
        (
            "Resubmit",
            {
                "batch:DescribeJobs": ["*"],
                "batch:CancelJob": [JOBS_ARN],
                "batch:DescribeJobDefinitions": ["*"],
                "batch:SubmitJob": [JOB_ARNS, OTHER_ARN],
                "batch:TagResource": [JOB_ARNS, OTHER_ARN],
                "sns:Publish": ["<Secret"],
                "kms:Decrypt": ["<Key"],
                "kms:GenerateDataKey": ["<Key"],
            },
        ),
    ],
)
def test_the_acting_machine_may_do_its_action(resources: Resources, start: str, needed: dict[str, list[str]]) -> None:
    found = rights(resources, f"{start}ActingRole")
    assert found.keys() == needed.keys()
    for action, parts in needed.items():
        assert [arn.startswith(part) for arn, part in zip(found[action], parts, strict=True)] == [True] * len(parts)


def test_an_encrypted_topic_may_be_told_of_blocked_queues(resources: Resources) -> None:
    policy = only(resources, "AWS::KMS::Key", "Key")["KeyPolicy"]["Statement"]
    assert {"Service": "events.amazonaws.com"} in [statement["Principal"] for statement in policy]
    rule = only(resources, "AWS::Events::Rule", "NotifyBlockedRule")
    assert rule["EventPattern"]["detail-type"] == ["Batch Job Queue Blocked"]
    assert rule["EventPattern"]["detail"] == {"jobQueue": [QUEUE_ARN]}


def test_logs_expire(resources: Resources) -> None:
    logs = [item["Properties"] for item in resources.values() if item["Type"] == "AWS::Logs::LogGroup"]
    assert len(logs) == 6
    assert {group["RetentionInDays"] for group in logs} == {30}


def test_every_state_says_what_it_does(resources: Resources) -> None:
    for start in ("Cancel", "Resubmit", "Notify"):
        for machine in ("Waiting", "Acting"):
            described = definition(resources, start + machine)
            assert described["Comment"]
            assert all(state.get("Comment") for state in all_states(described).values())


def test_a_watch_over_many_queues_is_as_large_as_one_over_one(resources: Resources) -> None:
    def build(stack: Stack) -> None:
        watch(stack, "Cancel", queues=[queue(stack), other_queue(stack)])

    both = resources_of(build)
    for machine in ("CancelWaiting", "CancelActing"):
        assert definition(both, machine).keys() == definition(resources, machine).keys()
        assert definition(both, machine)["States"].keys() == definition(resources, machine)["States"].keys()
    assert sum(item["Type"] == "AWS::Events::Rule" for item in both.values()) == 1


def test_all_revisions_of_an_imported_definition_are_watched() -> None:
    arn = "arn:aws:batch:eu-west-1:111122223333:job-definition/tiles"

    def build(stack: Stack) -> None:
        jobs = [
            batch.EcsJobDefinition.from_job_definition_arn(stack, "Any", arn),
            batch.EcsJobDefinition.from_job_definition_arn(stack, "One", f"{arn}:3"),
        ]
        watch(stack, queues=[queue(stack)], jobs=jobs)

    detail = only(resources_of(build), "AWS::Events::Rule", "WatchWaitingRule")["EventPattern"]["detail"]
    assert detail["jobDefinition"] == [{"prefix": f"{arn}:"}, f"{arn}:3"]


def on_eks(stack: Stack) -> batch.IJobDefinition:
    container = batch.EksContainerDefinition(stack, "Pod", image=ecs.ContainerImage.from_registry("tiles:1"))
    return batch.EksJobDefinition(stack, "OnEks", container=container)


def shared_queue(stack: Stack, name: str, *, fair: bool) -> JobQueue:
    environment = batch.ManagedEc2EcsComputeEnvironment.from_managed_ec2_ecs_compute_environment_arn(
        stack, f"{name}Environment", f"arn:aws:batch:eu-west-1:111122223333:compute-environment/{name}"
    )
    policy = batch.FairshareSchedulingPolicy(stack, f"{name}Policy") if fair else None
    return JobQueue(stack, name, compute_environments=[environment], scheduling_policy=policy)


def to_other(stack: Stack, **options: Any) -> dict[str, Any]:
    return {"action": StuckJobAction.resubmit(other_queue(stack)), "jobs": [job(stack)], **options}


def to_itself(stack: Stack) -> dict[str, Any]:
    same = queue(stack)
    return {"queues": [same], "action": StuckJobAction.resubmit(same), "jobs": [job(stack)]}


def twice(stack: Stack) -> dict[str, Any]:
    return {"queues": [queue(stack)] * 2}


def many(stack: Stack) -> dict[str, Any]:
    names = [f"queue-{number}" for number in range(8)]
    return {"queues": [batch.JobQueue.from_job_queue_arn(stack, name, f"{QUEUE_ARN}-{name}") for name in names]}


def to_shares(stack: Stack) -> dict[str, Any]:
    action = StuckJobAction.resubmit(shared_queue(stack, "Fair", fair=True))
    return {"queues": [shared_queue(stack, "Plain", fair=False)], "action": action, "jobs": [job(stack)]}


def to_no_shares(stack: Stack) -> dict[str, Any]:
    plain = shared_queue(stack, "Plain", fair=False)
    return {"action": StuckJobAction.resubmit(plain, share_identifier="maps"), "jobs": [job(stack)]}


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (lambda _: {"after": Duration.minutes(9)}, "FLOW030", "RunnableWatch 'Stack/Watch' after: got 540 s"),
        (lambda _: {"after": Duration.days(200)}, "FLOW030", "an execution ends after a year"),
        (lambda _: {"queues": []}, "FLOW031", "got 0 queues"),
        (twice, "FLOW031", "got 2 queues, 1 of them different"),
        (to_itself, "FLOW032", "got a resubmission to Stack/Queue, which is watched"),
        (lambda stack: to_other(stack, jobs=None), "FLOW033", "got no job definitions"),
        (lambda _: {"jobs": []}, "FLOW060", "got an empty list"),
        (lambda stack: to_other(stack, jobs=[on_eks(stack)]), "FLOW033", "the definition Stack/OnEks of jobs"),
        (many, "FLOW034", "got 8 queues and job definitions"),
        (lambda _: {"action": StuckJobAction()}, "FLOW035", "got StuckJobAction"),
        (lambda stack: {"action": StuckJobAction(queue=other_queue(stack))}, "FLOW035", "does not cancel"),
        (to_shares, "FLOW013", "got none for the fair-share queue"),
        (to_no_shares, "FLOW013", "got 'maps' for Stack/Plain"),
    ],
)
def test_what_is_refused(options: Callable[[Stack], dict[str, Any]], code: str, message: str) -> None:
    stack = new_stack()
    given = options(stack)
    with pytest.raises(ConfigurationError, match=message) as refused:
        watch(stack, **({"queues": [batch.JobQueue.from_job_queue_arn(stack, "Watched", QUEUE_ARN)]} | given))
    assert refused.value.code == code


def test_a_queue_whose_events_are_elsewhere_is_refused() -> None:
    stack = Stack(App(analytics_reporting=False), "Here", env=Environment(account="123456789012", region="us-east-1"))
    there = batch.JobQueue.from_job_queue_arn(stack, "There", QUEUE_ARN)
    with pytest.raises(ConfigurationError, match=r"queues\[0\]: got the queue Here/There in the region eu-west-1, "):
        watch(stack, queues=[there])
