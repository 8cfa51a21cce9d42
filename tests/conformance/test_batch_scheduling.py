"""Who runs where and when; each case cites the page that it is written from."""

from collections.abc import Iterator

import pytest

from tests.conformance.batch_account import API, EXECUTION_ROLE, GUIDE, BatchAccount, Json, resources, unique

SCHEDULING = f"{GUIDE}/job_scheduling.html"
QUEUES = f"{GUIDE}/job_queue_parameters.html"
CONSUMABLES = f"{GUIDE}/resource-aware-scheduling.html"
SHARES = f"{API}/API_ShareAttributes.html"
STUCK = f"{GUIDE}/job_stuck_in_runnable.html"


class Place:
    """An environment with room for one job, which another one has, so that all jobs wait until it is let go."""

    def __init__(self, account: BatchAccount) -> None:
        self.account = account
        self.environment = account.environment(maxvCpus=2)
        self.definition = account.definition("true", schedulingPriority=1)
        self._holder = account.submit(account.queue(self.environment, priority=1000), "sleep", "60")
        account.reach(self._holder, "RUNNING")

    def order(self, jobs: list[str]) -> list[int]:
        """Let the jobs run; their numbers, in the order in which they started."""
        self.account.batch.terminate_job(jobId=self._holder, reason="the others' turn")
        starts = [self.account.started_at(job_id) for job_id in jobs]
        return sorted(range(len(jobs)), key=starts.__getitem__)


@pytest.fixture
def place(account: BatchAccount) -> Iterator[Place]:
    made = Place(account)
    yield made
    account.batch.terminate_job(jobId=made._holder, reason="seen")


def test_first_in_first_out(account: BatchAccount, place: Place) -> None:
    queue = account.queue(place.environment)
    assert place.order([account.submit(queue, "true") for _ in range(4)]) == [0, 1, 2, 3], SCHEDULING


def test_the_queue_of_higher_priority_is_served_first(account: BatchAccount, place: Place) -> None:
    low, high = (account.queue(place.environment, priority=priority) for priority in (1, 2))
    jobs = [account.submit(queue, "true") for queue in (low, low, high, high)]
    assert place.order(jobs) == [2, 3, 0, 1], QUEUES


def test_the_first_environment_is_filled_first(account: BatchAccount) -> None:
    first, second = (account.environment(maxvCpus=2) for _ in range(2))
    queue = account.queue(first, second)
    jobs = [account.submit(queue, "sleep", "60") for _ in range(3)]
    for job_id in jobs[:2]:
        account.reach(job_id, "RUNNING")
    places = [leaf.attempts[-1].environment for leaf in account.aws.batch.leaves() if leaf.id in jobs[:2]]
    assert places == [first, second], f"{API}/API_ComputeEnvironmentOrder.html"
    assert account.describe(jobs[2])["status"] == "RUNNABLE"
    account.batch.terminate_jobs(jobs=jobs, reason="seen")


def test_the_higher_scheduling_priority_comes_first_within_a_share(account: BatchAccount, place: Place) -> None:
    queue = account.queue(place.environment, schedulingPolicyArn=account.policy())
    jobs = [
        account.submit(
            queue,
            definition=place.definition,
            shareIdentifier="blue",
            schedulingPriorityOverride=priority,
        )
        for priority in (1, 9, 5)
    ]
    assert place.order(jobs) == [1, 2, 0], f"{API}/API_SubmitJob.html"


def test_shares_take_turns(account: BatchAccount, place: Place) -> None:
    queue = account.queue(place.environment, schedulingPolicyArn=account.policy(shareDecaySeconds=600))
    jobs = [
        account.submit(
            queue,
            definition=place.definition,
            shareIdentifier=share,
            containerOverrides={"command": ["sleep", "0.1"]},
        )
        for share in ("blue", "blue", "blue", "green", "green")
    ]
    order = place.order(jobs)
    assert {order[0], order[1]} == {0, 3}, f"{GUIDE}/fair-share-scheduling.html"


def test_the_head_of_a_queue_that_can_never_run_says_why(account: BatchAccount) -> None:
    queue = account.queue(account.environment(maxvCpus=2))
    job = account.describe(
        account.submit(queue, "true", containerOverrides={"resourceRequirements": resources("8")}),
    )
    assert job["status"] == "RUNNABLE", STUCK
    assert job["statusReason"].startswith("MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE"), STUCK


def test_a_job_that_no_instance_type_holds_says_so(account: BatchAccount) -> None:
    queue = account.queue(account.environment(instanceTypes=["c5.large"]))
    job = account.describe(account.submit(queue, "true"))  # 4,096 MiB: the instance keeps some for itself
    assert job["statusReason"].startswith("MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"), STUCK


def test_fargate_gives_each_job_what_it_asks_for(account: BatchAccount) -> None:
    container = {"executionRoleArn": EXECUTION_ROLE, "resourceRequirements": resources("0.25", "512")}
    definition = account.definition("sleep", "60", container=container, platformCapabilities=["FARGATE"])
    queue = account.queue(account.environment("FARGATE", maxvCpus=1))
    jobs = [account.submit(queue, definition=definition) for _ in range(5)]
    for job_id in jobs[:4]:
        account.reach(job_id, "RUNNING")
    assert account.describe(jobs[4])["status"] == "RUNNABLE", f"{GUIDE}/fargate.html"
    account.batch.terminate_jobs(jobs=jobs, reason="seen")


def licenses(account: BatchAccount, count: int, **members: str) -> tuple[str, Json]:
    """A consumable resource, and the properties of a job that takes one of it."""
    name = unique("licenses")
    account.batch.create_consumable_resource(consumableResourceName=name, totalQuantity=count, **members)
    return name, {"consumableResourceList": [{"consumableResource": name, "quantity": 1}]}


def test_a_job_waits_for_what_it_consumes_and_gives_it_back(account: BatchAccount, queue: str) -> None:
    name, taken = licenses(account, 1)
    first, second = (
        account.submit(queue, "sleep", "0.3", consumableResourcePropertiesOverride=taken) for _ in range(2)
    )
    account.reach(first, "RUNNING")
    assert account.describe(second)["status"] == "RUNNABLE", CONSUMABLES
    found = account.batch.describe_consumable_resource(consumableResource=name)
    assert (found["inUseQuantity"], found["availableQuantity"]) == (1, 0), CONSUMABLES
    assert account.ended(first)["stoppedAt"] <= account.ended(second)["startedAt"], CONSUMABLES
    assert account.batch.describe_consumable_resource(consumableResource=name)["availableQuantity"] == 1, CONSUMABLES


def test_what_is_not_replenishable_is_used_up(account: BatchAccount) -> None:
    queue = account.queue()
    name, taken = licenses(account, 1, resourceType="NON_REPLENISHABLE")
    first, second = (account.submit(queue, "true", consumableResourcePropertiesOverride=taken) for _ in range(2))
    account.ended(first)
    assert account.describe(second)["status"] == "RUNNABLE", CONSUMABLES
    assert account.batch.describe_consumable_resource(consumableResource=name)["availableQuantity"] == 0, CONSUMABLES
    account.batch.update_consumable_resource(consumableResource=name, operation="ADD", quantity=1)
    assert account.ended(second)["status"] == "SUCCEEDED", CONSUMABLES
