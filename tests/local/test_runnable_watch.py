"""Jobs that never start are cancelled, submitted elsewhere or told of, after hours that pass in a moment."""

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import App

from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.testing.local_aws import LocalAws
from tests.local.rights import Roles
from tests.local.watched_queues import HOLDING, HOUR, Queues, Watched, behave, hours
from tests.waiting import until

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def local_aws_options() -> dict[str, Any]:
    clock = VirtualClock()
    return {"clock": clock, "runner": SimulatedRunner(behave, clock)}


@pytest.fixture(scope="module")
def watched(local_aws: LocalAws) -> Queues:
    return Queues(local_aws, local_aws.deploy(Watched(App())))


@pytest.fixture(autouse=True)
def nothing_is_left(watched: Queues) -> Iterator[None]:
    """Wait for the jobs of a test, whose capacity the next one needs."""
    yield
    watched.rest()


def test_a_job_that_waits_too_long_is_cancelled(watched: Queues) -> None:
    with watched.clock.working():
        holder = watched.submit("Cancelled", f"{HOLDING}")
        stuck = watched.submit("Cancelled", "1-stuck")
    job = watched.ended(stuck)
    assert job["status"] == "FAILED"
    assert job["statusReason"] == "3600 seconds in RUNNABLE, cancelled by Watched/CancelledWatch."
    assert watched.ended(holder)["status"] == "SUCCEEDED"
    assert [(act["name"], act["outcome"]) for act in watched.acts("Cancelled")] == [(f"{stuck}-0", "cancelled")]


def test_a_job_that_starts_in_time_is_left_alone(watched: Queues) -> None:
    acts = watched.acts("Cancelled")
    with watched.clock.working():
        watched.submit("Cancelled", "0_9")
        patient = watched.submit("Cancelled", "1-patient")
    assert watched.ended(patient)["status"] == "SUCCEEDED"
    assert hours(watched.describe(patient)) == 1.9
    assert watched.acts("Cancelled") == acts


def test_a_job_that_is_tried_again_has_the_whole_time_again(watched: Queues) -> None:
    acts = watched.acts("Cancelled")
    with watched.clock.working():
        again = watched.submit("Cancelled", "0_4-again", retryStrategy={"attempts": 2})
        watched.submit("Cancelled", "0_9")  # has the capacity between the attempts
    assert watched.ended(again)["status"] == "SUCCEEDED"
    assert hours(watched.describe(again)) == 1.7
    assert watched.acts("Cancelled") == acts


def test_an_array_that_waits_too_long_is_cancelled_once(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Cancelled", f"{HOLDING}")
        array = watched.submit("Cancelled", "1-stuck", arrayProperties={"size": 20})
    job = watched.ended(array)
    assert job["arrayProperties"]["statusSummary"]["FAILED"] == 20
    assert hours(job) == 1
    assert [act["name"] for act in watched.acts("Cancelled") if act["name"].startswith(array)] == [f"{array}-0"]


def test_an_array_of_which_a_child_has_started_is_left_alone(watched: Queues) -> None:
    array = watched.submit("Cancelled", "2-work", arrayProperties={"size": 3})
    assert watched.ended(array)["status"] == "SUCCEEDED"
    assert hours(watched.describe(array)) == 6


def test_the_time_of_an_array_begins_with_the_end_of_what_it_depends_on(watched: Queues) -> None:
    with watched.clock.working():
        first = watched.submit("Cancelled", "5-first")
        array = watched.submit("Cancelled", "1-then", arrayProperties={"size": 2}, dependsOn=[{"jobId": first}])
    assert watched.ended(array)["status"] == "SUCCEEDED"
    assert hours(watched.describe(array)) == 7


def test_a_job_is_submitted_to_another_queue(watched: Queues) -> None:
    options: dict[str, Any] = {
        "containerOverrides": {
            "command": ["echo", "Ref::word"],
            "environment": [{"name": "GIVEN", "value": "too"}],
            "resourceRequirements": [{"type": "MEMORY", "value": "3072"}],
        },
        "parameters": {"word": "hello"},
        "retryStrategy": {"attempts": 3, "evaluateOnExit": [{"onReason": "Cannot*", "action": "EXIT"}]},
        "timeout": {"attemptDurationSeconds": 7200},
        "tags": {"team": "maps"},
        "consumableResourcePropertiesOverride": {
            "consumableResourceList": [{"consumableResource": "licence", "quantity": 1}]
        },
    }
    watched.batch.create_consumable_resource(
        consumableResourceName="licence", totalQuantity=1, resourceType="REPLENISHABLE"
    )
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        stuck = watched.submit("Moved", "1-stuck", **options)
    original = watched.ended(stuck)
    copy = watched.ended(watched.told(stuck)["copy"])
    assert (original["status"], copy["status"]) == ("FAILED", "SUCCEEDED")
    assert copy["tags"] == {"team": "maps", "constructs-lib:resubmitted-from": stuck}
    alike = (
        "jobName",
        "jobDefinition",
        "parameters",
        "retryStrategy",
        "timeout",
        "propagateTags",
        "consumableResourceProperties",
    )
    assert {name: copy[name] for name in alike} == {name: original[name] for name in alike}
    for name in ("command", "environment", "resourceRequirements"):
        assert sorted(map(str, copy["container"][name])) == sorted(map(str, original["container"][name]))


def test_an_array_is_submitted_again_as_a_whole(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        array = watched.submit("Moved", "1-stuck", arrayProperties={"size": 3})
    copy = watched.ended(watched.told(array)["copy"])
    assert copy["arrayProperties"]["statusSummary"]["SUCCEEDED"] == 3
    assert watched.describe(array)["arrayProperties"]["statusSummary"]["FAILED"] == 3


def test_the_copy_of_an_array_whose_children_run_one_after_another_is_one_too(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        array = watched.submit("Moved", "1-stuck", arrayProperties={"size": 3}, dependsOn=[{"type": "SEQUENTIAL"}])
    copy = watched.ended(watched.told(array)["copy"])
    assert (copy["status"], copy["dependsOn"]) == ("SUCCEEDED", [{"type": "SEQUENTIAL"}])
    assert hours(watched.describe(array)) == 1


def test_the_copy_of_an_array_keeps_the_items_that_its_children_wait_for(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", f"{HOLDING}")
        first = watched.submit("Other", "5-first", arrayProperties={"size": 2})
        stage = [{"jobId": first, "type": "N_TO_N"}]
        second = watched.submit("Moved", "1-second", arrayProperties={"size": 2}, dependsOn=stage)
    told = watched.told(second)
    assert hours(watched.describe(second)) == 10, "a child that waits for its item is cancelled when that has ended"
    copy = watched.ended(told["copy"])
    assert (copy["status"], copy["dependsOn"]) == ("SUCCEEDED", stage)


def test_a_copy_is_never_submitted_again(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Moved", "3")
        copy = watched.submit("Moved", "1-copy", tags={"constructs-lib:resubmitted-from": "some-job"})
    assert watched.ended(copy)["status"] == "SUCCEEDED"
    [act] = [act for act in watched.acts("Moved") if act["jobId"] == copy]
    assert act["outcome"] == "left"
    assert watched.told(copy, "left")["what"] == "The job still waits."


def test_a_job_that_its_queue_has_cancelled_is_submitted_again(watched: Queues) -> None:
    large = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "4096"}]
    stuck = watched.submit("Moved", "1-large", containerOverrides={"resourceRequirements": large})
    assert watched.ended(stuck)["statusReason"].startswith("Canceled by JobStateTimeLimit action")
    message = watched.told(stuck)
    assert message["reason"].endswith("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE")


def test_a_topic_is_told_of_a_job_that_waits(watched: Queues) -> None:
    with watched.clock.working():
        watched.submit("Told", "3")
        waiting = watched.submit("Told", "1-waiting")
    assert watched.ended(waiting)["status"] == "SUCCEEDED"
    message = watched.told(waiting, "left")
    assert (message["job"], message["waitedSeconds"]) == ("1-waiting", HOUR)
    assert message["reason"].startswith("AWS Batch gives none")


def test_a_topic_is_told_of_a_job_that_blocks_its_queue_at_once_and_when_it_has_waited(watched: Queues) -> None:
    large = [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "4096"}]
    job = watched.submit("Told", "1-large", containerOverrides={"resourceRequirements": large})
    later, at_once = watched.told(job, "left"), watched.told(job, "blocked")
    reason = "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet"
    assert later["reason"].startswith(reason)
    assert at_once == {
        "job": "1-large",
        "jobId": job,
        "queue": later["queue"],
        "reason": later["reason"],
        "outcome": "blocked",
    }
    watched.batch.terminate_job(jobId=job, reason="The end of the test.")


def test_a_watch_needs_each_of_its_rights(watched: Queues) -> None:
    assert watched.aws.iam.denials == []
    roles = Roles(watched.aws)
    names = [role["RoleName"] for role in roles.iam.list_roles()["Roles"]]
    rights = [
        right
        for name in names
        if name.startswith("Watched-MovedWatch")
        for right in roles.rights_of(name)
        if not right.action.startswith(("logs:", "xray:"))  # of every BatchStateMachine: test_least_privilege.py
    ]
    assert len(rights) == 9
    for right in rights:
        since = len(watched.aws.iam.denials)
        with roles.without(right):
            with watched.clock.working():
                jobs = [watched.submit("Moved", name) for name in (f"{HOLDING}", "1-stuck")]
            assert until(lambda: roles.denied(right, since)), right  # noqa: B023 - called at once
            for job in jobs:
                watched.batch.terminate_job(jobId=job, reason="The end of the test.")
                watched.ended(job)
