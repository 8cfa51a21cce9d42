"""Which resource a rolled back deployment names: by the events of its stack, as AWS has them."""

from typing import Any

import pytest

from constructs_lib.local.apps.deployment import DeploymentError, RolledBackError, reason_of

STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/Jobs/1"
CANCELLED = "Resource creation cancelled"


def event(logical_id: str, status: str, reason: str = "") -> dict[str, Any]:
    kind = "AWS::CloudFormation::Stack" if logical_id == "Jobs" else "AWS::Batch::JobQueue"
    physical_id = STACK if logical_id == "Jobs" else ""
    told = {"ResourceStatusReason": reason} if reason else {}
    return {
        "StackId": STACK,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": kind,
        "ResourceStatus": status,
        **told,
    }


CREATED = [
    event("Jobs", "CREATE_IN_PROGRESS", "User Initiated"),
    event("Bulk", "CREATE_IN_PROGRESS"),
    event("Old", "CREATE_FAILED", "of another time"),
    event("Jobs", "CREATE_COMPLETE"),
]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        (
            [
                event("Jobs", "CREATE_IN_PROGRESS", "User Initiated"),
                event("Bulk", "CREATE_FAILED", "no such environment"),
                event("Other", "CREATE_FAILED", CANCELLED),
                event("Jobs", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Bulk, Other]."),
                event("Bulk", "DELETE_COMPLETE"),
                event("Jobs", "ROLLBACK_COMPLETE"),
            ],
            "Bulk (AWS::Batch::JobQueue): no such environment",
        ),
        (
            [
                *CREATED,
                event("Jobs", "UPDATE_IN_PROGRESS", "User Initiated"),
                event("Bulk", "UPDATE_FAILED", "not allowed"),
                event("Jobs", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Bulk]."),
                event("Bulk", "UPDATE_COMPLETE"),
                event("Jobs", "UPDATE_ROLLBACK_COMPLETE"),
            ],
            "Bulk (AWS::Batch::JobQueue): not allowed",
        ),
        (
            [
                *CREATED,
                event("Jobs", "UPDATE_IN_PROGRESS", "User Initiated"),
                event("Jobs", "UPDATE_ROLLBACK_IN_PROGRESS", "Export X is in use"),
                event("Jobs", "UPDATE_ROLLBACK_COMPLETE"),
            ],
            "Export X is in use",
        ),
        ([event("Jobs", "ROLLBACK_COMPLETE")], "no reason is given"),
    ],
    ids=["new", "update", "no resource", "no reason"],
)
def test_the_resource_that_failed_first_in_this_deployment_is_named(events: list[dict[str, Any]], reason: str) -> None:
    assert reason_of(events[::-1]) == reason


def test_a_roll_back_is_a_deployment_that_failed() -> None:
    assert issubclass(RolledBackError, DeploymentError)
