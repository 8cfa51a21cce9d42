"""Changes of the ready stacks, and the words that a reviewer has to read about each."""

from typing import Any

import pytest

from constructs_lib.review.findings import Kind
from constructs_lib.review.outcomes import outcome
from constructs_lib.templates.plan import plan
from tests.unit.review.edits import (
    Edit,
    attribute,
    entry,
    put,
    rename,
    reviewed_edit,
    several,
)

ARRAY, PRIORITY = "ArrayStack", "PriorityQueuesStack"
NAMED = put("Queue", "JobQueueName", "nightly")
LOGS = "JobContainerLogs"
CHANGES: list[tuple[str, Edit, str, list[str], set[Kind]]] = [
    # what rolls, and how long jobs have
    (
        PRIORITY,
        put("OnDemand", "ComputeResources.InstanceTypes", ["c7g.large"]),
        "Running jobs",
        ["`InstanceTypes` changed", "go on for 30 minutes, which is the default", "are ended"],
        {Kind.INTERRUPT},
    ),
    (
        PRIORITY,
        several(
            put("OnDemand", "ComputeResources.ImageId", "ami-1"),
            put("OnDemand", "UpdatePolicy", {"JobExecutionTimeoutMinutes": 240}),
        ),
        "Running jobs",
        ["`ImageId` changed", "go on for 240 minutes;"],
        {Kind.INTERRUPT},
    ),
    (
        PRIORITY,
        several(
            put("Spot", "ComputeResources.BidPercentage", 50),
            put("Spot", "UpdatePolicy", {"TerminateJobsOnUpdate": True}),
        ),
        "Running jobs",
        ["**ended at once** (`TerminateJobsOnUpdate`)"],
        {Kind.INTERRUPT},
    ),
    (
        PRIORITY,
        several(
            put("OnDemand", "ComputeResources.ImageId", "ami-1"),
            put("OnDemand", "ComputeResources.AllocationStrategy", "BEST_FIT"),
        ),
        "Running jobs",
        ["cannot roll", "`BEST_FIT`"],
        {Kind.INTERRUPT, Kind.FAIL},
    ),
    (
        PRIORITY,
        put("OnDemandLaunchTemplate", "LaunchTemplateData.BlockDeviceMappings", []),
        "Running jobs",
        ["`OnDemand6491B0D0` rolls: `LaunchTemplate` changed"],
        {Kind.INTERRUPT},
    ),
    (PRIORITY, put("OnDemand", "State", "DISABLED"), "Running jobs", ["starts no jobs any more"], set()),
    (
        PRIORITY,
        put("OnDemand", "ComputeResources.MaxvCpus", 8),
        "Running jobs",
        ["at most 8 vCPUs, no longer 64: what runs finishes"],
        set(),
    ),
    (
        ARRAY,
        put("Fargate", "ComputeResources.Subnets", ["subnet-1"]),
        "Running jobs",
        ["gives new jobs other `Subnets`", "no update policy on Fargate"],
        set(),
    ),
    # what is made anew
    (
        ARRAY,
        put("Fargate", "Tags", {"team": "maps"}),
        "Running jobs",
        ["is replaced", "only when no job runs on it, and makes it INVALID otherwise"],
        {Kind.REPLACE, Kind.INTERRUPT},
    ),
    (
        PRIORITY,
        several(
            put("Spot", "ReplaceComputeEnvironment", "true"),
            put("Spot", "ComputeResources.InstanceTypes", ["m7i.large"]),
        ),
        "Resources",
        ["**replaced** `SpotCDFFAAD7`", "because `ReplaceComputeEnvironment` is true"],
        {Kind.REPLACE, Kind.INTERRUPT},
    ),
    (
        ARRAY,
        NAMED,
        "Running jobs",
        ["The queue `Queue4A7E3555` is replaced", "all jobs in it are ended"],
        {Kind.REPLACE, Kind.INTERRUPT},
    ),
    (
        ARRAY,
        put("StateMachine", "StateMachineType", "EXPRESS"),
        "Running jobs",
        ["executions of the old one are ended at their next state"],
        {Kind.REPLACE, Kind.INTERRUPT},
    ),
    (
        ARRAY,
        put("Queue", "JobQueueType", "ECS_FARGATE"),
        "Resources",
        ["**replaced** `Queue4A7E3555` (AWS::Batch::JobQueue): `JobQueueType` is new", "makes another resource"],
        {Kind.REPLACE, Kind.INTERRUPT},
    ),
    # queues
    (ARRAY, put("Queue", "State", "DISABLED"), "Running jobs", ["takes no jobs any more; those in it go on"], set()),
    (
        PRIORITY,
        lambda template: entry(template, "QueuesBulk")["Properties"]["ComputeEnvironmentOrder"].pop(),
        "Running jobs",
        ["`QueuesBulk4E0373C1` goes on without `OnDemand6491B0D0`"],
        set(),
    ),
    (
        PRIORITY,
        put("QueuesUrgent", "Priority", 7),
        "Resources",
        ["updated in place `QueuesUrgentF8079B7A`", "`Priority` from `100` to `7`"],
        set(),
    ),
    # job definitions
    (
        ARRAY,
        put("Job", "Timeout.AttemptDurationSeconds", 60),
        "Running jobs",
        ["gets a new revision", "stays ACTIVE for executions that run (`SkipDeregisterOnUpdate`)"],
        set(),
    ),
    (
        ARRAY,
        several(
            put("Job", "ResourceRetentionPolicy", {"SkipDeregisterOnUpdate": False}),
            put("Job", "Timeout.AttemptDurationSeconds", 60),
        ),
        "Running jobs",
        ["becomes INACTIVE", "Executions of `StateMachine2E01A3A5` that run still name it, and fail"],
        {Kind.INTERRUPT},
    ),
    (
        ARRAY,
        put("StateMachine", "DefinitionString", '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'),
        "Running jobs",
        ["executions that run go on by the definition and the role that they began with"],
        set(),
    ),
    # data
    (
        ARRAY,
        put(LOGS, "LogGroupName", "/jobs"),
        "Data",
        ["is made anew, empty: the old one is deleted with its logs"],
        {Kind.REPLACE, Kind.REPLACE_STATEFUL, Kind.LOSE_DATA},
    ),
    (
        ARRAY,
        several(attribute(LOGS, "UpdateReplacePolicy", "Retain"), put(LOGS, "LogGroupName", "/jobs")),
        "Data",
        ["the old one stays with its logs (`Retain`)"],
        {Kind.REPLACE, Kind.REPLACE_STATEFUL},
    ),
    (
        ARRAY,
        put("FanOutBucket", "BucketName", "results"),
        "Data",
        ["`FanOutBucket6B15AD43` (AWS::S3::Bucket) is made anew, empty", "stays with its objects (`Retain`)"],
        {Kind.REPLACE, Kind.REPLACE_STATEFUL},
    ),
    (
        ARRAY,
        attribute("FanOutBucket", "DeletionPolicy", "Delete"),
        "Data",
        ["is deleted from now on when it leaves the stack, with its objects (`DeletionPolicy`)"],
        set(),
    ),
    (
        ARRAY,
        put(LOGS, "RetentionInDays", 1),
        "Data",
        ["keeps logs for 1 day,", "older ones are deleted"],
        {Kind.LOSE_DATA},
    ),
    (
        ARRAY,
        put("FanOutBucket", "LifecycleConfiguration.Rules", [{"Status": "Enabled", "ExpirationInDays": 3}]),
        "Data",
        ["has new rules by which objects expire"],
        {Kind.LOSE_DATA},
    ),
    # obstacles
    (
        ARRAY,
        rename("FanOutBucket", "Renamed"),
        "Obstacles",
        ["The logical id `FanOutBucket6B15AD43` became `Renamed`", "lets go of the one with the objects"],
        {Kind.REPLACE, Kind.REPLACE_STATEFUL},
    ),
    (
        ARRAY,
        lambda template: entry(template, "Queue").update({"Type": "AWS::SQS::Queue", "Properties": {}}),
        "Resources",
        ["CloudFormation refuses the change: Update of resource type is not permitted"],
        {Kind.FAIL},
    ),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_change_has_its_words_and_its_warnings(number: int, templates: dict[str, dict[str, Any]]) -> None:
    stack, edit, title, words, warned = CHANGES[number]
    review = reviewed_edit(templates[stack], edit)
    said = "\n".join(finding.text for finding in review.of(title))
    assert [word for word in words if word not in said] == [], said
    assert review.kinds & BESIDE_RIGHTS == warned


BESIDE_RIGHTS = {
    Kind.FAIL,
    Kind.INTERRUPT,
    Kind.LOSE_DATA,
    Kind.REPLACE,
    Kind.REPLACE_STATEFUL,
}


@pytest.mark.parametrize("stack", [ARRAY, PRIORITY])
def test_nothing_is_said_of_what_is_the_same(stack: str, templates: dict[str, dict[str, Any]]) -> None:
    assert reviewed_edit(templates[stack], lambda _: None).is_empty


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_what_is_replaced_agrees_with_the_plan_of_cloudformation(
    number: int, templates: dict[str, dict[str, Any]]
) -> None:
    stack, edit, *_ = CHANGES[number]
    (changed,) = reviewed_edit(templates[stack], edit).stacks
    if changed.refusal:
        return
    told = {change.logical_id: outcome(change, changed.new(change.logical_id)) for change in changed.changes}
    planned = plan(changed.before.evaluator, changed.after.evaluator)
    for change in planned.changes:
        possible = {
            "True": {"replaced"},
            "False": {"created", "updated", "deleted", "unchanged"},
            "Conditional": {"may be replaced", "updated", "replaced", "unchanged"},
        }
        assert told.pop(change.logical_id, "unchanged") in possible[change.replacement], change
    assert told == {}


def test_a_name_that_stays_makes_a_replacement_fail(templates: dict[str, dict[str, Any]]) -> None:
    template = templates[ARRAY]
    NAMED(template := {**template, "Resources": {**template["Resources"]}})
    review = reviewed_edit(template, put("Queue", "JobQueueType", "ECS_FARGATE"))
    (finding,) = review.of("Obstacles")
    assert "The deployment fails" in finding.text
    assert "`JobQueueName` `nightly`" in finding.text
    assert Kind.FAIL in finding.kinds


def test_a_bucket_that_goes_is_told_with_its_policy() -> None:
    only = {"Resources": {"Data": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}, "Other": TOPIC}}
    review = reviewed_edit(only, lambda template: template["Resources"].pop("Data"))
    (finding,) = review.of("Data")
    assert finding.text == (
        "`Data` (AWS::S3::Bucket) is deleted: the old one stays with its objects (`Retain`), and belongs to no stack "
        "any more."
    )


TOPIC = {"Type": "AWS::SNS::Topic"}
