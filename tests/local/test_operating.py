"""ps, status, submit, stop, scale and doctor against an embedded AWS: what they do, and what they print."""

import json
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.local.operated import Operated, operated
from tests.local.screens import Screens

pytestmark = pytest.mark.local


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    """One with a busy queue, one where nothing can start, and an idle one."""
    with operated(tmp_path_factory.mktemp("operated")) as made:
        made.environment("place", 4)
        made.environment("small", 1)
        made.queue("nightly", "place", "small", priority=10)
        made.queue("weekly", "small", priority=1)
        made.queue("idle", "place")
        made.definition("work")
        made.definition("large", vcpus=2, mebibytes=4096)
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
    assert screens.at_widths("ps") == snapshot

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
