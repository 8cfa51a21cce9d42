"""Jobs of several containers; each case cites the page that it is written from."""

import time
from typing import Any

import pytest

from tests.conformance.batch_account import API, GUIDE, BatchAccount, resources

PAGE = f"{GUIDE}/multi-container-jobs.html"
DEPENDENCY = f"{API}/API_TaskContainerDependency.html"
SHARED = {
    "volumes": [{"name": "shared", "host": {}}],
    "mountPoints": [{"sourceVolume": "shared", "containerPath": "/exchange"}],
}


def container(name: str, script: str, **members: Any) -> dict[str, Any]:
    command = ["sh", "-c", script, "/exchange/file"]  # the last word is $0 in the script
    mounts = SHARED["mountPoints"]
    return {
        "name": name,
        "image": "none",
        "command": command,
        "resourceRequirements": resources(),
        "mountPoints": mounts,
        **members,
    }


def after(**conditions: str) -> dict[str, Any]:
    return {"dependsOn": [{"containerName": name, "condition": when} for name, when in conditions.items()]}


def run(account: BatchAccount, queue: str, *containers: dict[str, Any], **request: Any) -> dict[str, Any]:
    task = {"containers": list(containers), "volumes": SHARED["volumes"]}
    definition = account.definition(ecsProperties={"taskProperties": [task]})
    return account.ended(account.submit(queue, definition=definition, **request))


def codes(job: dict[str, Any]) -> dict[str, int | None]:
    [task] = job["ecsProperties"]["taskProperties"]
    return {each["name"]: each.get("exitCode") for each in task["containers"]}


def test_one_prepares_what_another_uses(account: BatchAccount, queue: str) -> None:
    job = run(
        account,
        queue,
        container("main", 'test "$(cat $0)" = ready', **after(prepare="SUCCESS")),
        container("prepare", "echo ready > $0", essential=False),
    )
    assert (job["status"], codes(job)) == ("SUCCEEDED", {"main": 0, "prepare": 0}), DEPENDENCY
    [attempt] = job["attempts"]
    streams = [each["logStreamName"] for each in attempt["taskProperties"][0]["containers"]]
    assert [stream.split("/")[-2] for stream in streams] == ["main", "prepare"], (
        f"{API}/API_AttemptTaskContainerDetails"
    )


def test_attempts_share_nothing(account: BatchAccount, queue: str) -> None:
    job = run(
        account,
        queue,
        container("main", "test -e $0 && exit 7; touch $0; exit 1", **after(side="START")),
        container("side", "true", essential=False),
        retryStrategy={"attempts": 2},
    )
    assert len(job["attempts"]) == 2
    assert codes(job)["main"] == 1, PAGE


def test_the_end_of_an_essential_container_is_the_end_of_all(account: BatchAccount, queue: str) -> None:
    began = time.monotonic()
    job = run(account, queue, container("main", "exit 4"), container("watch", "exec sleep 60", essential=False))
    assert (job["status"], job["statusReason"]) == ("FAILED", "Essential container in task exited"), PAGE
    assert (codes(job)["main"], time.monotonic() - began < 20) == (4, True), PAGE


@pytest.mark.parametrize(("condition", "status"), [("COMPLETE", "SUCCEEDED"), ("SUCCESS", "FAILED")])
def test_a_first_container_that_fails(account: BatchAccount, queue: str, condition: str, status: str) -> None:
    first = container("first", "exit 3", essential=False)
    job = run(account, queue, container("main", "true", **after(first=condition)), first)
    assert (job["status"], codes(job)["first"]) == (status, 3), DEPENDENCY


def test_each_container_has_its_own_overrides(account: BatchAccount, queue: str) -> None:
    overrides = [{"name": "side", "environment": [{"name": "CODE", "value": "6"}]}]
    job = run(
        account,
        queue,
        container("main", "sleep 0.2; exit ${CODE:-0}", **after(side="COMPLETE")),
        container("side", "exit ${CODE:-0}", essential=False),
        ecsPropertiesOverride={"taskProperties": [{"containers": overrides}]},
    )
    assert codes(job) == {"main": 0, "side": 6}, f"{API}/API_TaskContainerOverrides.html"


@pytest.mark.parametrize("variable", [{"name": "CODE"}, {"name": "CODE", "value": ""}])
def test_a_variable_without_a_value_is_empty(account: BatchAccount, queue: str, variable: dict[str, str]) -> None:
    job = account.ended(
        account.submit(
            queue,
            "sh",
            "-c",
            'test -n "${CODE+set}" && test -z "$CODE"',
            containerOverrides={"environment": [variable]},
        )
    )
    assert job["status"] == "SUCCEEDED", f"{API}/API_KeyValuePair.html"


def test_children_of_an_array_have_containers_of_their_own(account: BatchAccount, queue: str) -> None:
    job = run(
        account,
        queue,
        container("main", 'test "$(cat $0)" = $AWS_BATCH_JOB_ARRAY_INDEX', **after(first="SUCCESS")),
        container("first", "echo $AWS_BATCH_JOB_ARRAY_INDEX > $0", essential=False),
        arrayProperties={"size": 3},
    )
    assert job["status"] == "SUCCEEDED", PAGE


def test_a_job_is_ended_with_all_its_containers(account: BatchAccount, queue: str) -> None:
    both = [container("main", "exec sleep 60"), container("side", "exec sleep 60", essential=False)]
    definition = account.definition(
        ecsProperties={"taskProperties": [{"containers": both, "volumes": SHARED["volumes"]}]}
    )
    job_id = account.submit(queue, definition=definition)
    account.reach(job_id, "RUNNING")
    account.batch.terminate_job(jobId=job_id, reason="enough")
    job = account.ended(job_id)
    assert (job["status"], job["statusReason"], codes(job)) == ("FAILED", "enough", {"main": 143, "side": 143}), PAGE


def test_sizes_add_up(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=2))
    both = [container("main", "true"), container("side", "true", essential=False)]
    definition = account.definition(
        ecsProperties={"taskProperties": [{"containers": both, "volumes": SHARED["volumes"]}]}
    )
    job_id = account.submit(queue, definition=definition)
    assert account.describe(job_id)["status"] == "RUNNABLE", PAGE  # 4 vCPUs, where there are 2
    account.batch.terminate_job(jobId=job_id, reason="enough")
