"""ps, status, submit, stop, scale and doctor against an embedded AWS: what they do, and what they print."""

import json
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.local.apps.assembly import Assembly
from constructs_lib.local.faults import ExitCode, FaultPlan
from tests.local.operated import Operated, operated
from tests.local.screens import Screens

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, assembly: Assembly) -> Iterator[Operated]:
    """One with a busy queue, one where nothing can start, and an idle one."""
    with operated(tmp_path_factory.mktemp("operated")) as made:
        made.environment("place", 4)
        made.environment("small", 1)
        made.queue("nightly", "place", "small", priority=10)
        made.queue("weekly", "small", priority=1)
        made.queue("idle", "place")
        made.definition("work")
        made.definition("large", vcpus=2, mebibytes=4096)
        made.aws.deploy(assembly.stack("Pipelines"))
        yield made


@pytest.fixture(scope="module")
def screens(here: Operated) -> Screens:
    return Screens(here.aws)


def test_ps_shows_queues_and_their_jobs_by_state_and_age(
    here: Operated, screens: Screens, snapshot: SnapshotAssertion
) -> None:
    for number in range(4):
        here.submit(f"forever-{number}")
    array = here.submit("forever-array", arrayProperties={"size": 10})
    here.pass_time(600)
    late = here.submit("late")
    stuck = here.submit("large", "weekly", "large")
    here.pass_time(3_600)
    for queue in ("nightly", "weekly"):
        assert screens.at_widths("ps", queue) == snapshot

    found = json.loads(screens.call("ps", "nightly", "--json").stdout)
    [queue] = found["queues"]
    counts = {count["state"]: count["jobs"] for count in queue["jobs"]}
    assert (counts["RUNNABLE"], counts["RUNNING"], counts["PENDING"]) == (10, 5, 0)
    oldest = {count["state"]: count["oldest"] for count in queue["jobs"]}
    assert oldest["RUNNABLE"] == {
        "id": array,
        "name": "forever-array",
        "since": "2027-01-15T08:00:00.000Z",
        "reason": None,
    }
    assert {item["name"] for item in found["environments"]} == {"place", "small"}
    [weekly] = json.loads(screens.call("ps", "weekly", "--json").stdout)["queues"]
    assert [item["job"]["id"] for item in weekly["stuck"]] == [stuck]
    for job in (late, stuck):
        here.batch.terminate_job(jobId=job, reason="the end of the test")


def test_status_shows_an_execution_its_stages_its_jobs_and_what_failed_last(
    here: Operated, screens: Screens, snapshot: SnapshotAssertion
) -> None:
    submit = {"JobQueue": "idle", "JobDefinition": "work"}
    machine = here.machine(
        "Nightly",
        {
            "Load": _task("submitJob.sync", JobName="load", **submit),
            "Render": _task("submitJob.sync", JobName="forever", ArrayProperties={"Size": 3}, **submit),
        },
    )
    here.environment("own", 16)
    here.batch.update_job_queue(jobQueue="idle", computeEnvironmentOrder=[{"order": 1, "computeEnvironment": "own"}])
    with here.aws.faults.during(FaultPlan([ExitCode(3, index=1)])):
        arn = here.start(machine, "monday", {"day": "monday"})
        here.pass_time(240)
    assert screens.at_widths("status", "Nightly") == snapshot
    found = json.loads(screens.call("status", "Nightly:monday", "--json").stdout)
    assert (found["arn"], found["status"], found["inputBytes"]) == (arn, "RUNNING", 17)
    assert found["jobs"] == {"RUNNING": 2, "SUCCEEDED": 1, "FAILED": 1}
    assert [(stage["name"], stage["status"]) for stage in found["stages"]] == [
        ("Load", "SUCCEEDED"),
        ("Render", "RUNNING"),
    ]
    [failure] = found["failures"]
    assert (failure["index"], failure["exitCode"]) == (1, 3)
    assert screens.at_widths("status", failure["job"]) == snapshot
    here.states.stop_execution(executionArn=arn)


def test_status_of_a_fan_out_has_its_summary(here: Operated, screens: Screens, snapshot: SnapshotAssertion) -> None:
    with here.aws.faults.during(FaultPlan([ExitCode(3, index=(1, 3))])):
        machine = here.deployed("AnswerArrayFanOut")
        here.start(machine, "tuesday", {"items": list(range(6))})
        here.pass_time(3_600)
    assert screens.at_widths("status", "tuesday") == snapshot


def _task(resource: str, **arguments: object) -> dict[str, object]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::batch:{resource}", "Arguments": arguments}
