"""Sets of queues: names, priorities, the order of shared environments, and what cannot be such a set."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk.assertions import Match, Template

from constructs_lib import ConfigurationError, Ec2ComputeEnvironment, JobQueue, PriorityQueue, PriorityQueues

Make = Callable[..., Ec2ComputeEnvironment]


def test_queues_by_name_over_the_shared_environments(stack: Stack, make_ec2: Make) -> None:
    spot, on_demand = make_ec2("Spot", spot=True), make_ec2("OnDemand")
    queues = PriorityQueues(
        stack,
        "Queues",
        compute_environments=[spot, on_demand],
        queues={"Urgent": PriorityQueue(priority=100, compute_environments=[on_demand, spot]), "Bulk": 1},
    )
    assert (list(queues), len(queues)) == (["Urgent", "Bulk"], 2)
    assert isinstance(queues["Bulk"], JobQueue)
    orders = {name: [item.compute_environment.node.id for item in queues[name].compute_environments] for name in queues}
    assert orders == {"Urgent": ["OnDemand", "Spot"], "Bulk": ["Spot", "OnDemand"]}
    assert [queues[name].priority for name in queues] == [100, 1]
    assert queues["Urgent"].node.path == "Stack/Queues/Urgent"


def test_every_option_of_a_queue(stack: Stack, make_ec2: Make) -> None:
    options: dict[str, Any] = {
        "cancel_unplaceable": False,
        "cancel_without_capacity_after": Duration.hours(2),
        "job_queue_name": "bulk",
        "enabled": False,
    }
    PriorityQueues(
        stack, "Queues", compute_environments=[make_ec2()], queues={"Bulk": PriorityQueue(priority=1, **options)}
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::Batch::JobQueue",
        {
            "JobQueueName": "bulk",
            "State": "DISABLED",
            "JobStateTimeLimitActions": [
                {
                    "Action": "CANCEL",
                    "MaxTimeSeconds": 7200,
                    "Reason": "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
                    "State": "RUNNABLE",
                }
            ],
        },
    )


def test_refuses_a_limit_on_waiting_for_capacity_that_aws_does_not_have(stack: Stack, make_ec2: Make) -> None:
    with pytest.raises(ConfigurationError, match=r"cancel_without_capacity_after: got 60 s, .* \(BATCH010\)"):
        JobQueue(stack, "Queue", compute_environments=[make_ec2()], cancel_without_capacity_after=Duration.minutes(1))


def test_refuses_no_queue(stack: Stack, make_ec2: Make) -> None:
    with pytest.raises(ConfigurationError, match=r"got no queue, .* \(QUEUE005\)"):
        PriorityQueues(stack, "Queues", compute_environments=[make_ec2()], queues={})


def test_refuses_an_environment_that_is_not_shared(stack: Stack, make_ec2: Make) -> None:
    own = make_ec2("Own")
    with pytest.raises(ConfigurationError, match=r"queues\['Bulk'\]: got the environment Stack/Own, which is not"):
        PriorityQueues(
            stack,
            "Queues",
            compute_environments=[make_ec2()],
            queues={"Bulk": PriorityQueue(priority=1, compute_environments=[own])},
        )


def test_the_old_spelling_of_a_queue_that_lets_jobs_wait_works_with_a_warning(stack: Stack, make_ec2: Make) -> None:
    given: dict[str, Any] = {"cancel_unplaceable_after": False}
    with pytest.warns(DeprecationWarning, match="PriorityQueue: .*False is now cancel_unplaceable=False") as of_options:
        options = PriorityQueue(priority=1, **given)
    with pytest.warns(DeprecationWarning, match="JobQueue: .*False is now cancel_unplaceable=False") as of_queue:
        JobQueue(stack, "Old", compute_environments=[make_ec2()], **given)
    assert options == PriorityQueue(priority=1, cancel_unplaceable=False)
    assert {warning.filename for warning in (*of_options, *of_queue)} == {__file__}
    Template.from_stack(stack).has_resource_properties(
        "AWS::Batch::JobQueue", {"JobStateTimeLimitActions": Match.absent()}
    )


def test_a_time_for_jobs_that_are_never_cancelled_is_refused(stack: Stack, make_ec2: Make) -> None:
    with pytest.raises(ConfigurationError, match=r"cancel_unplaceable=False.*\(QUEUE012\)"):
        JobQueue(
            stack,
            "Bulk",
            compute_environments=[make_ec2()],
            cancel_unplaceable_after=Duration.hours(1),
            cancel_unplaceable=False,
        )
