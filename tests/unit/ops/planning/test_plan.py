"""Plans of state machines that others wrote: how long they take, what they cost, and what cannot be planned."""

from typing import Any

import pytest

from constructs_lib.ops.errors import OperationError
from constructs_lib.ops.planning import Plan, plan
from constructs_lib.ops.planning.assumptions import NO_STARTS, Reclaims, Starts
from constructs_lib.ops.planning.outcome import Question, answer
from constructs_lib.ops.planning.parts import Parts
from constructs_lib.ops.planning.work import Work
from constructs_lib.prices.price_list import Prices, prices_of
from tests.unit.ops.planning.stacks import MACHINE, array, fargate, instances, job, stack, submit

MINUTE = 60.0


def planned(parts: Parts, items: int = 40, seconds: float = MINUTE, **options: Any) -> Plan:
    return plan(parts, Work(items, seconds), **{"starts": NO_STARTS, "alternatives": False, **options})


def test_an_array_runs_in_waves_of_as_many_jobs_as_there_are_vcpus() -> None:
    assert planned(stack({"Machine": {"Run": array()}})).seconds == 3 * MINUTE


def test_states_run_one_after_the_other_and_a_wait_takes_its_time() -> None:
    states = {"First": submit("Pause"), "Pause": {"Type": "Wait", "Seconds": 300, "Next": "Last"}, "Last": array()}
    made = planned(stack({"Machine": states}))
    assert made.seconds == MINUTE + 300 + 3 * MINUTE
    assert made.outcome.requests.transitions == 3


def test_branches_and_iterations_run_side_by_side_up_to_their_limit() -> None:
    each: dict[str, Any] = {"StartAt": "One", "States": {"One": submit()}}
    states = {
        "Both": {"Type": "Parallel", "Branches": [each, each], "Next": "Each"},
        "Each": {"Type": "Map", "MaxConcurrency": 10, "ItemProcessor": each, "End": True},
    }
    made = planned(stack({"Machine": states}))
    assert made.seconds == MINUTE + 4 * MINUTE
    assert made.outcome.usage.jobs == 42
    assert made.outcome.requests.transitions == 2 + 42


def test_a_map_without_a_limit_runs_forty_at_a_time() -> None:
    each = {"Type": "Map", "ItemProcessor": {"StartAt": "One", "States": {"One": submit()}}, "End": True}
    made = planned(stack({"Machine": {"Each": each}}, environments={"Place": fargate(1_000)}), items=100)
    assert (made.seconds, made.outcome.most_running) == (3 * MINUTE, 40)


def test_a_distributed_map_runs_batches() -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "Run", "States": {"Run": array()}}
    each = {"Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": 8}, "MaxConcurrency": 1, "ItemProcessor": processor}
    made = planned(stack({"Machine": {"Each": {**each, "End": True}}}))
    assert (made.seconds, made.outcome.usage.jobs, made.outcome.most_running) == (5 * MINUTE, 40, 8)


def test_of_a_choice_the_way_to_jobs_is_taken_and_that_is_said() -> None:
    choices = [{"Condition": "{% $count($states.input.items) = 0 %}", "Next": "Nothing"}]
    states = {
        "Is there any": {"Type": "Choice", "Choices": choices, "Default": "Run"},
        "Nothing": {"Type": "Succeed"},
        "Run": submit("Again"),
        "Again": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "Run"}], "Default": "Nothing"},
    }
    made = planned(stack({"Machine": states}))
    assert made.seconds == MINUTE
    assert made.notes == ("Of the choice Is there any the way to Run is taken.",)


def test_a_state_machine_that_is_started_is_walked_too() -> None:
    start = {
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": MACHINE.format("Inner")},
        "End": True,
    }
    parts = stack({"Outer": {"Start": start}, "Inner": {"Run": array()}})
    assert planned(parts, machine="Outer").seconds == 3 * MINUTE


def test_a_job_that_nobody_waits_for_takes_capacity_from_the_others() -> None:
    states = {"Go on": array("Run", wait=False), "Run": array()}
    assert planned(stack({"Machine": states}), items=16).seconds == 2 * MINUTE


def test_items_and_seconds_of_one_state_may_differ() -> None:
    states = {"Tiles": array("Merge"), "Merge": submit()}
    work = Work(1, MINUTE, {"Tiles": 32}, {"Merge": 600.0})
    made = plan(stack({"Machine": states}), work, starts=NO_STARTS, alternatives=False)
    assert made.seconds == 2 * MINUTE + 600
    with pytest.raises(OperationError, match="nothing with items or jobs is called 'Tile', there are: Tiles, Merge"):
        plan(stack({"Machine": states}), Work(2, MINUTE, {"Tile": 2}))


def test_attempts_and_a_timeout_are_those_of_the_definition() -> None:
    short = {"retryStrategy": {"attempts": 3}, "timeout": {"attemptDurationSeconds": 100}}
    made = planned(stack({"Machine": {"Run": submit()}}, jobs={"Job": short}), seconds=1_000.0)
    assert (made.seconds, made.outcome.usage.attempts, made.outcome.usage.failed) == (100, 1, 1)


def test_a_stack_without_a_state_machine_is_planned_as_an_array_job() -> None:
    made = planned(stack())
    assert (made.seconds, made.machine) == (3 * MINUTE, None)


def test_a_name_chooses_between_state_machines() -> None:
    parts = stack({"Nightly": {"Run": array()}, "Weekly": {"Run": submit()}})
    assert planned(parts, machine="Week").seconds == MINUTE
    with pytest.raises(
        OperationError, match="has several state machines, name one with --state-machine: Nightly, Weekly"
    ):
        planned(parts)
    with pytest.raises(OperationError, match="no state machine 'Daily', it has: Nightly, Weekly"):
        planned(parts, machine="Daily")


@pytest.mark.parametrize(
    ("environments", "jobs", "told"),
    [
        ({"Place": fargate(1)}, {"Job": job(vcpus=4, memory=8_192)}, "COMPUTE_ENVIRONMENT_MAX_RESOURCE"),
        ({"Place": instances(64, "c6i.large")}, {"Job": job("EC2", vcpus=4)}, "JOB_RESOURCE_REQUIREMENT"),
        ({"Place": fargate(16)}, {"Job": job("EC2")}, "AWS Batch would refuse the job"),
    ],
)
def test_a_job_that_can_never_run_is_told_of(environments: dict[str, Any], jobs: dict[str, Any], told: str) -> None:
    with pytest.raises(OperationError, match=told):
        planned(stack({"Machine": {"Run": submit()}}, environments=environments, jobs=jobs))


def test_an_array_of_one_child_is_refused_as_aws_batch_refuses_it() -> None:
    with pytest.raises(OperationError, match="Array size must be between 2 and 10000, got 1"):
        planned(stack({"Machine": {"Run": array()}}), items=1)


def test_a_queue_of_another_app_cannot_be_planned() -> None:
    elsewhere = submit()
    elsewhere["Arguments"]["JobQueue"] = "elsewhere"
    with pytest.raises(OperationError, match="Run: its job queue is elsewhere, which is in none of the stacks"):
        planned(stack({"Machine": {"Run": elsewhere}}))


def test_start_up_takes_time_once_on_an_instance_and_for_each_task_on_fargate() -> None:
    starts = Starts(instance=100.0, image=20.0, fargate=30.0)
    on_fargate = planned(stack({"Machine": {"Run": array()}}), starts=starts)
    assert (on_fargate.seconds, on_fargate.start_seconds) == (3 * 110, 3 * 50)
    on_instances = planned(stack({"Machine": {"Run": array()}}, environments={"Place": instances(16)}), starts=starts)
    assert (on_instances.seconds, on_instances.start_seconds) == (120 + 3 * MINUTE, 120)


def test_what_is_reclaimed_is_a_share_of_the_attempts_on_spot() -> None:
    retried = {"retryStrategy": {"attempts": 10}}
    parts = stack({"Machine": {"Run": array()}}, environments={"Place": fargate(512, spot=True)}, jobs={"Job": retried})
    usage = planned(parts, items=4_000, seconds=3_600.0, reclaim_rate=0.2).outcome.usage
    assert usage.reclaimed / usage.attempts == pytest.approx(0.2, rel=0.1)
    assert (usage.attempts, usage.failed) == (4_000 + usage.reclaimed, 0)


def test_the_same_plan_is_the_same_each_time() -> None:
    parts = stack({"Machine": {"Run": array()}}, environments={"Place": instances(64, spot=True)})
    first, second = (planned(parts, items=500, reclaim_rate=0.3, seconds=3_600.0) for _ in range(2))
    assert first == second


def test_fargate_costs_its_vcpus_and_memory_with_a_minute_at_least() -> None:
    made = planned(stack({"Machine": {"Run": array()}}), items=10, seconds=20.0)
    lines = {item.what: (item.quantity, item.dollars) for item in made.choices[0].bill.items}
    assert lines["Fargate vCPUs"] == (pytest.approx(10 / 60), pytest.approx(10 / 60 * 0.04048))
    assert lines["Fargate memory"] == (pytest.approx(20 / 60), pytest.approx(20 / 60 * 0.004445))


def test_instances_cost_the_time_that_they_run_not_what_jobs_use_of_them() -> None:
    parts = stack({"Machine": {"Run": submit()}}, environments={"Place": instances(16, "c6i.4xlarge")})
    bill = planned(parts, seconds=3_600.0).choices[0].bill
    assert bill.items[0] == ("EC2 c6i.4xlarge", 1.0, "hours", 0.68, False) or (
        bill.items[0].what,
        bill.items[0].dollars,
    ) == ("EC2 c6i.4xlarge", pytest.approx(0.68))


def test_what_has_no_price_is_named_and_not_in_the_sum() -> None:
    own = Prices("us-east-1", instances={"c6i.large": 0.085})
    parts = stack({"Machine": {"Run": array()}}, environments={"Place": instances(4, "c6i.large", "c6i.xlarge")})
    bill = planned(parts, items=4, prices=own).choices[0].bill
    assert "Step Functions" in bill.unknown
    assert bill.dollars < 0.085 * 4


def test_capacity_without_a_price_is_named() -> None:
    managed = {"type": "ECS_MANAGED_INSTANCES", "maxvCpus": 16}
    made = planned(stack({"Machine": {"Run": array()}}, environments={"Place": managed}), items=32)
    assert made.seconds == 2 * MINUTE
    assert made.choices[0].bill.unknown == ("ECS_MANAGED_INSTANCES capacity",)


def test_a_queue_may_name_its_environment() -> None:
    parts = stack({"Machine": {"Run": array()}})
    [queue] = parts.queues.values()
    queue["computeEnvironmentOrder"][0]["computeEnvironment"] = "Place"
    made = planned(parts)
    assert (made.seconds, made.choices[0].max_vcpus) == (3 * MINUTE, 16)


def test_logs_cost_by_what_each_attempt_writes() -> None:
    bill = planned(stack({"Machine": {"Run": array()}}), items=1_024, log_kib=1_024.0).choices[0].bill
    [line] = [item for item in bill.items if item.what == "CloudWatch Logs"]
    assert (line.quantity, line.dollars) == (1.0, 0.5)


def test_other_maxima_and_spot_are_compared() -> None:
    made = plan(stack({"Machine": {"Run": array()}}), Work(40, MINUTE), starts=NO_STARTS)
    assert [(choice.name, choice.outcome and choice.outcome.seconds) for choice in made.choices] == [
        ("as it is", 3 * MINUTE),
        ("--max-vcpus 8", 5 * MINUTE),
        ("--max-vcpus 32", 2 * MINUTE),
        ("--max-vcpus 64", MINUTE),
        ("all on Spot", 3 * MINUTE),
    ]
    assert made.choices[-1].bill.dollars < made.choices[0].bill.dollars
    assert made.choices[-1].bill.estimated


def test_a_maximum_is_shared_by_the_environments_as_it_is_today() -> None:
    parts = stack({"Machine": {"Run": array()}}, environments={"First": fargate(12), "Second": fargate(4, spot=True)})
    made = plan(parts, Work(64, MINUTE), starts=NO_STARTS, max_vcpus=[32])
    choice = made.choices[1]
    assert (choice.name, choice.max_vcpus) == ("--max-vcpus 32", 32)
    assert choice.outcome is not None
    spot = sum(use.vcpu_seconds for kind, use in choice.outcome.usage.fargate.items() if kind.spot)
    assert spot == 64 * MINUTE / 4


@pytest.mark.parametrize(("items", "vcpus", "concurrency"), [(45_000, 128, 50), (45_000, 20_000, 20), (60_000, 4, 3)])
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_a_part_of_a_large_list_says_what_all_of_it_takes(
    items: int, vcpus: int, concurrency: int, rate: float
) -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "Run", "States": {"Run": array()}}
    batches = {"Type": "Map", "ItemBatcher": {"MaxItemsPerBatch": 500}, "MaxConcurrency": concurrency, "End": True}
    parts = stack(
        {"Machine": {"Each": {**batches, "ItemProcessor": processor}}},
        environments={"Place": instances(vcpus, spot=True)},
        jobs={"Job": {"retryStrategy": {"attempts": 9}}},
    )
    question = Question(parts, parts.machines["Machine"], Work(items, 1_800.0), reclaims=Reclaims(rate))
    whole, part = answer(question, most_jobs=10**9), answer(question)
    assert (whole.simulated, part.simulated < 0.4) == (1, True)
    assert part.seconds == pytest.approx(whole.seconds, rel=0.06)
    assert part.usage.attempts == pytest.approx(whole.usage.attempts, rel=0.02)
    assert sum(part.usage.instance_seconds.values()) == pytest.approx(
        sum(whole.usage.instance_seconds.values()), rel=0.05
    )
    assert part.requests == whole.requests


def test_the_prices_are_those_of_the_region_of_the_stack() -> None:
    assert planned(stack({"Machine": {"Run": submit()}})).prices == prices_of("us-east-1")


def test_a_machine_that_works_for_others_is_not_the_one_that_is_planned() -> None:
    parts = stack({"Machine": {"Run": array()}, "Starter": {"Start": {"Type": "Succeed"}}})
    with pytest.raises(OperationError, match="name one with --state-machine: Machine, Starter"):
        planned(parts)
    parts.helpers.add("Starter")
    assert planned(parts).seconds == 3 * MINUTE
