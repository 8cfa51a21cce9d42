"""What a job waits for that could run: instances that start or do not, its turn, and what nobody knows."""

from typing import Any

import pytest

from constructs_lib.ops import Cause
from constructs_lib.ops.reasons.waiting import findings
from constructs_lib.ops.reasons.waiting.situation import Line
from tests.unit.ops.reasons.described import environment, fargate, job, situation

WAITING = job(status="RUNNABLE")
HOUR = 3600


def test_an_instance_that_is_being_started_is_normal_for_ten_minutes() -> None:
    [found] = findings(situation(WAITING, environment(desiredvCpus=2), line=Line(), after=240))
    assert found.cause is Cause.STARTING_INSTANCE
    assert "That is normal for up to 10 min; it has waited 4 min." in found.sentence
    [found] = findings(situation(job(status="RUNNABLE", platformCapabilities=["FARGATE"]), fargate(), line=Line()))
    assert "capacity of Fargate is being provided" in found.sentence


def test_instances_that_never_join_their_cluster() -> None:
    place = environment(desiredvCpus=2)
    around: dict[str, Any] = {"line": Line(), "after": HOUR}
    [found] = findings(situation(WAITING, place, clusters={place["ecsClusterArn"]: 0}, **around))
    assert found.cause is Cause.INSTANCES_DO_NOT_JOIN
    assert "spot: maxvCpus 64, desiredvCpus 2, 0 instances in its cluster" in found.evidence
    assert findings(situation(WAITING, place, clusters={place["ecsClusterArn"]: 3}, **around)) == []
    assert findings(situation(WAITING, place, **around)) == [], "nobody could be asked"


def test_a_job_whose_image_is_being_pulled() -> None:
    [found] = findings(situation(job(status="STARTING"), environment(), after=HOUR))
    assert found.cause is Cause.SLOW_START
    assert "That takes long" in found.sentence


def test_the_turn_of_a_job_is_told_by_the_pace_of_its_queue() -> None:
    line = Line(count=1_200, is_all=True, first=[job()], ended=300, seconds=HOUR)
    [found] = findings(situation(WAITING, environment(), line=line))
    assert found.cause is Cause.OTHERS_AHEAD
    assert found.sentence.startswith("1,200 jobs are ahead of it")
    assert found.sentence.endswith("At the present pace it is its turn in 4 h.")
    [found] = findings(situation(WAITING, environment(), line=Line(count=9_000, is_all=False, ended=300, seconds=HOUR)))
    assert found.sentence.startswith("At least 9,000 jobs are ahead of it")
    assert found.sentence.endswith("it is its turn at the earliest in 1 d 6 h.")


def test_what_keeps_it_from_running_hides_its_turn() -> None:
    line = Line(count=3, first=[job()])
    found = findings(situation(job(vcpus=100, status="RUNNABLE"), environment(), line=line))
    assert [each.cause for each in found] == [Cause.MAX_VCPUS]


def test_a_resource_of_which_there_is_never_enough() -> None:
    licence = {"consumableResourceName": "licence", "totalQuantity": 3, "inUseQuantity": 0, "availableQuantity": 3}
    [found] = findings(situation(WAITING, environment(), consumables=[(licence, 5)]))
    assert found.sentence == "It takes 5 of consumable resource licence, which has 3."
    assert "--quantity 2" in str(found.fixes[0].command)
    assert len(found.fixes) == 1, "waiting does not help"


@pytest.mark.parametrize(("state", "status"), [("DISABLED", "VALID"), ("ENABLED", "INVALID")])
def test_every_environment_that_takes_no_job_is_told(state: str, status: str) -> None:
    broken = {"state": state, "status": status, "statusReason": "CLIENT_ERROR - Clusters can not be blank."}
    found = findings(situation(WAITING, environment() | broken))
    expected = Cause.ENVIRONMENT_DISABLED if state == "DISABLED" else Cause.ENVIRONMENT_INVALID
    assert [each.cause for each in found] == [expected]
    assert findings(situation(WAITING, environment() | broken, environment("other"))) == []
