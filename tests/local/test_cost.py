"""``constructs-lib cost``: what executions cost that ran in virtual time, by job, and what their jobs used."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.local.apps.assembly import Assembly, load
from constructs_lib.local.apps.deployment import Deployment
from constructs_lib.local.apps.synthesis import synthesize
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from constructs_lib.local.runs.execution import Execution
from constructs_lib.local.scheduler.jobs.job import Job
from constructs_lib.ops import Account
from constructs_lib.ops.costs import Cost, cost
from constructs_lib.ops.planning import plan
from constructs_lib.ops.planning.assumptions import NO_STARTS
from constructs_lib.ops.planning.deployed import parts_of_deployed
from constructs_lib.ops.planning.work import Work
from tests.conftest import Once
from tests.local.screens import Screens

pytestmark = pytest.mark.local

SECONDS = 600.0
VCPU, GB = 0.04048, 0.004445
C6I = 0.0425  # dollars per vCPU and hour


def behave(job: Job) -> tuple[float, Ending]:
    """Ten minutes each; Spot reclaims the first attempt at the items 2 and 5, after half of it."""
    if "Spot" in job.environment and job.index in (2, 5) and len(job.attempts) == 1:
        return SECONDS / 2, Ending(137, status_reason="Host EC2 (instance i-0123456789abcdef0) terminated.")
    return (5.0 if job.spec.name == "Prepare" else SECONDS), Ending(0)


@pytest.fixture(scope="session")
def assembly(once: Once) -> Assembly:
    here = Path(__file__).parent
    app = f"{sys.executable} {here / 'planned_pipelines.py'}"
    return load(once("planned_pipelines.out", lambda output: synthesize(output, app, here.parents[1])))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    clock = VirtualClock(1_800_000_000.0)
    runner = SimulatedRunner(behave, clock)
    with EmbeddedAws(tmp_path_factory.mktemp("run"), clock=clock, runner=runner) as made:
        yield made


@pytest.fixture(scope="module")
def deployment(aws: EmbeddedAws, assembly: Assembly) -> Deployment:
    return aws.deploy(assembly.stack("Planned"))


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws) -> Iterator[Account]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws.environment().items():
            patch.setenv(name, value)
        yield Account.open()


@pytest.fixture(scope="module")
def executions(aws: EmbeddedAws, deployment: Deployment) -> dict[str, str]:
    """The ARN of an execution of each state machine that is looked at, after its end."""
    found = {}
    for machine, items in (("Array", 20), ("Mixed", 12), ("Distributed", 90), ("Map", 8), ("Tasks", 7)):
        execution = Execution(aws, deployment.state_machine(machine), {"items": list(range(items))})
        outcome = execution.wait()
        assert outcome.succeeded, (outcome.error, outcome.cause)
        found[machine] = execution.arn
    return found


def of(account: Account, executions: dict[str, str], machine: str) -> Cost:
    return cost(account, executions[machine])


def test_fargate_costs_what_jobs_have_reserved_and_a_minute_at_least(
    account: Account, executions: dict[str, str]
) -> None:
    found = of(account, executions, "Array")
    [job] = found.jobs
    assert (job.jobs, job.attempts, job.vcpus, job.memory) == (22, 22, 0.5, 1_024)
    hours = (21 * SECONDS + 60) / 3_600
    assert job.dollars == pytest.approx(hours * (0.5 * VCPU + GB))
    assert job.seconds == pytest.approx(21 * SECONDS + 5)
    assert (found.transitions, found.transition_dollars) == (13, pytest.approx(13 * 0.000025))
    assert found.dollars == pytest.approx(job.dollars + 13 * 0.000025)
    assert not found.estimated


def test_spot_costs_an_assumed_share_and_what_was_reclaimed_is_told(
    account: Account, executions: dict[str, str]
) -> None:
    found = of(account, executions, "Mixed")
    [job] = found.jobs
    assert (job.jobs, job.attempts, job.reclaimed) == (12, 14, 2)
    # c6i.large holds one job of two vCPUs; its price on demand is what two vCPUs cost.
    assert job.dollars == pytest.approx((12 * SECONDS + 2 * SECONDS / 2) / 3_600 * 2 * C6I * 0.4)
    assert job.reclaimed_dollars == pytest.approx(SECONDS / 3_600 * 2 * C6I * 0.4)
    assert job.estimated
    assert list(job.places) == ["EC2 c6i.large Spot"]


def test_the_instances_that_jobs_ran_on_are_told_as_a_whole(account: Account, executions: dict[str, str]) -> None:
    found = of(account, executions, "Map")
    [job] = found.jobs
    assert not job.estimated
    hours = {item.type: item.hours for item in found.instances}
    whole = sum(item.dollars or 0 for item in found.instances)
    assert sum(hours.values()) > 0
    assert set(hours) <= {"c5.xlarge", "c5.2xlarge", "c5.4xlarge"}
    assert job.dollars <= whole + 1e-9


def test_the_executions_of_a_distributed_map_count(account: Account, executions: dict[str, str]) -> None:
    found = of(account, executions, "Distributed")
    [job] = found.jobs
    assert job.jobs == 90
    assert found.transitions == 8 + 3 * 3, "three states for each batch"


def test_tasks_of_amazon_ecs_cost_as_jobs_on_fargate_do(account: Account, executions: dict[str, str]) -> None:
    [job] = of(account, executions, "Tasks").jobs
    assert (job.jobs, job.vcpus, job.memory, list(job.places)) == (7, 0.5, 1_024, ["Fargate"])
    assert job.dollars == pytest.approx(7 * SECONDS / 3_600 * (0.5 * VCPU + GB))


def test_a_plan_costs_what_the_execution_then_costs(
    account: Account, deployment: Deployment, executions: dict[str, str]
) -> None:
    parts = parts_of_deployed(account, deployment.name)
    work = Work(20, SECONDS, seconds_of={"Prepare": 5.0})
    planned = plan(parts, work, machine="Array", starts=NO_STARTS, alternatives=False)
    found = of(account, executions, "Array")
    requests = sum(item.dollars or 0 for item in planned.choices[0].bill.items if item.what.startswith("S3"))
    assert planned.dollars - requests == pytest.approx(found.dollars)
    assert planned.seconds == pytest.approx(found.seconds, abs=1)


def test_what_jobs_used_is_compared_with_what_they_have(
    aws: EmbeddedAws, account: Account, executions: dict[str, str], snapshot: SnapshotAssertion
) -> None:
    batch, logs = account.client("batch"), account.client("logs")
    [environment] = [
        item
        for item in batch.describe_compute_environments()["computeEnvironments"]
        if "ArrayEnvironment" in item["computeEnvironmentName"]
    ]
    cluster = environment["ecsClusterArn"].rpartition("/")[2]
    group = f"/aws/ecs/containerinsights/{cluster}/performance"
    described = account.client("stepfunctions").describe_execution(executionArn=executions["Array"])
    tasks = [child["attempts"][0]["container"]["taskArn"].rpartition("/")[2] for child in children(account)]
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="insights")
    began = int(described["startDate"].timestamp() * 1_000)
    measures = [
        {"Type": "Task", "TaskId": task, "CpuUtilized": 100 + number, "MemoryUtilized": 300 + 10 * number}
        for number, task in enumerate(tasks)
    ]
    others = [{"Type": "Cluster", "CpuUtilized": 9_999}, {"Type": "Task", "TaskId": "another", "CpuUtilized": "?"}]
    logs.put_log_events(
        logGroupName=group,
        logStreamName="insights",
        logEvents=[
            {"timestamp": began + number, "message": json.dumps(measure)}
            for number, measure in enumerate([*measures, *others])
        ],
    )
    [job] = of(account, executions, "Array").jobs
    sizing = job.sizing
    assert sizing is not None
    assert (sizing.measured, sizing.memory) == (20, 300 + 190)
    assert sizing.vcpus == pytest.approx(119 / 1_024)
    assert (sizing.enough_vcpus, sizing.enough_memory) == (0.25, 1_024)
    assert Screens(aws).at_widths("cost", executions["Array"]) == snapshot


def children(account: Account) -> list[dict[str, Any]]:
    """Those of the array of the first execution, as DescribeJobs has them."""
    batch = account.client("batch")
    queues = [item["jobQueueArn"] for item in batch.describe_job_queues()["jobQueues"]]
    arrays = [
        job["jobId"]
        for queue in queues
        for job in batch.list_jobs(jobQueue=queue, jobStatus="SUCCEEDED")["jobSummaryList"]
        if job.get("arrayProperties", {}).get("size") == 20
    ]
    [array] = arrays
    listed = batch.list_jobs(arrayJobId=array, jobStatus="SUCCEEDED")["jobSummaryList"]
    return list(batch.describe_jobs(jobs=[job["jobId"] for job in listed])["jobs"])


def test_screens_of_a_cost(aws: EmbeddedAws, executions: dict[str, str], snapshot: SnapshotAssertion) -> None:
    screens = Screens(aws)
    for machine in ("Mixed", "Map"):
        assert screens.at_widths("cost", executions[machine]) == snapshot


def test_programs_get_json(aws: EmbeddedAws, executions: dict[str, str]) -> None:
    shown = Screens(aws).call("cost", executions["Mixed"], "--json")
    found = json.loads(shown.stdout)
    [job] = found["jobs"]
    assert (job["attempts"], job["reclaimed"], job["withoutPrice"]) == (14, 2, [])
    assert found["dollars"] == pytest.approx(job["dollars"] + found["transitionDollars"], abs=1e-5)
    assert found["status"] == "SUCCEEDED"


def test_own_prices_are_used(aws: EmbeddedAws, executions: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text('{"fargate": {"X86_64": [1, 0]}, "transition": 0}')
    shown = Screens(aws).call("cost", executions["Array"], "--json", "--prices", str(path))
    assert json.loads(shown.stdout)["dollars"] == pytest.approx((21 * SECONDS + 60) / 3_600 * 0.5)


def test_an_execution_that_there_is_not_is_wrong_usage(aws: EmbeddedAws) -> None:
    shown = Screens(aws).call("cost", "Nightly")
    assert shown.exit_code == 2
    assert "no execution or stack 'Nightly'" in shown.output.replace("\n", " ")
    refused = Screens(aws).call("cost", "Nightly", "--prices", "/nowhere.json")
    assert refused.exit_code == 2
    assert "No such file" in refused.output
