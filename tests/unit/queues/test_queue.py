from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack, Token
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib import ConfigurationError, Ec2ComputeEnvironment, FargateComputeEnvironment, JobQueue
from tests.unit.resources import id_of, named, queue

Template = dict[str, Any]
MakeEc2 = Callable[..., Ec2ComputeEnvironment]
MakeFargate = Callable[..., FargateComputeEnvironment]

MISCONFIGURATIONS = ["MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE", "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"]


class TestDefault:
    def test_tries_the_environments_in_the_order_given(self, default: Template) -> None:
        spot, on_demand = (
            id_of(default, named(default, "AWS::Batch::ComputeEnvironment", name)) for name in ("Spot", "OnDemand")
        )
        # A reference is also what makes CloudFormation delete the queue before its environments.
        assert queue(default, "Instances")["ComputeEnvironmentOrder"] == [
            {"Order": 1, "ComputeEnvironment": {"Fn::GetAtt": [spot, "ComputeEnvironmentArn"]}},
            {"Order": 2, "ComputeEnvironment": {"Fn::GetAtt": [on_demand, "ComputeEnvironmentArn"]}},
        ]

    def test_jobs_that_can_never_be_placed_are_cancelled_after_ten_minutes(self, default: Template) -> None:
        assert queue(default, "Serverless")["JobStateTimeLimitActions"] == [
            {"Action": "CANCEL", "MaxTimeSeconds": 600, "Reason": reason, "State": "RUNNABLE"}
            for reason in MISCONFIGURATIONS
        ]

    def test_priority_and_state(self, default: Template) -> None:
        properties = queue(default, "Serverless")
        assert (properties["Priority"], properties["State"]) == (1, "ENABLED")
        assert "JobQueueName" not in properties
        assert "SchedulingPolicyArn" not in properties


class TestCustom:
    def test_time_limit(self, custom: Template) -> None:
        actions = queue(custom, "Queue")["JobStateTimeLimitActions"]
        assert {action["MaxTimeSeconds"] for action in actions} == {3600}

    def test_no_time_limit(self, custom: Template) -> None:
        assert "JobStateTimeLimitActions" not in queue(custom, "Patient")

    def test_priority_policy_name_and_state(self, custom: Template) -> None:
        properties = queue(custom, "Queue")
        assert (properties["Priority"], properties["State"], properties["JobQueueName"]) == (1000, "DISABLED", "queue")
        assert properties["SchedulingPolicyArn"]["Fn::GetAtt"][0].startswith("Shares")


def test_too_many_environments_are_refused_in_the_words_of_the_design(stack: Stack, make_ec2: MakeEc2) -> None:
    with pytest.raises(ConfigurationError) as caught:
        JobQueue(stack, "Bulk", compute_environments=[make_ec2(f"Ec2{number}") for number in range(4)])
    assert str(caught.value) == (
        "JobQueue 'Stack/Bulk': got 4 compute environments, AWS Batch allows 3 per queue (BATCH006). "
        "Split the jobs over two queues. See docs/errors.md#batch006"
    )


def test_an_environment_added_later_keeps_to_the_rules(
    stack: Stack, make_ec2: MakeEc2, make_fargate: MakeFargate
) -> None:
    made = JobQueue(stack, "Queue", compute_environments=[make_ec2("First")])
    second = make_ec2("Second")
    made.add_compute_environment(second, 2)
    assert [(each.compute_environment, each.order) for each in made.compute_environments][1] == (second, 2)
    with pytest.raises(ConfigurationError, match=r"First \(EC2\), Second \(EC2\), Fargate \(Fargate\)"):
        made.add_compute_environment(make_fargate(), 3)


def test_refuses_no_environment(stack: Stack) -> None:
    with pytest.raises(ConfigurationError, match=r"got no compute environment, .* \(BATCH006\)"):
        JobQueue(stack, "Queue", compute_environments=[])


def test_refuses_ec2_and_fargate_in_one_queue(stack: Stack, make_ec2: MakeEc2, make_fargate: MakeFargate) -> None:
    with pytest.raises(ConfigurationError, match=r"got Ec2 \(EC2\), Fargate \(Fargate\), .* \(BATCH007\)"):
        JobQueue(stack, "Queue", compute_environments=[make_ec2(), make_fargate()])


def test_refuses_the_same_environment_twice(stack: Stack, make_ec2: MakeEc2) -> None:
    made = make_ec2()
    with pytest.raises(ConfigurationError, match=r"compute_environments\[1\]: got Stack/Ec2 a second time"):
        JobQueue(stack, "Queue", compute_environments=[made, made])


def test_refuses_two_architectures_in_one_queue(stack: Stack, make_ec2: MakeEc2) -> None:
    arm = make_ec2("Arm", instance_types=["c7g"])
    with pytest.raises(ConfigurationError, match=r"got X86 \(X86_64\), Arm \(ARM_64\), .* \(BATCH019\)"):
        JobQueue(stack, "Queue", compute_environments=[make_ec2("X86"), arm])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"priority": -1}, "priority: got -1, AWS Batch allows 0 to 1,000"),
        ({"priority": 1001}, "priority: got 1,001, AWS Batch allows 0 to 1,000"),
        ({"cancel_unplaceable_after": Duration.minutes(9)}, "got 540 s, AWS Batch allows 600 to 86,400 s"),
        ({"cancel_unplaceable_after": Duration.days(2)}, "got 172,800 s, AWS Batch allows 600 to 86,400 s"),
    ],
)
def test_refuses_out_of_range(stack: Stack, make_ec2: MakeEc2, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        JobQueue(stack, "Queue", compute_environments=[make_ec2()], **options)
    assert message in str(caught.value)


def test_tokens_pass(stack: Stack, make_ec2: MakeEc2) -> None:
    made = JobQueue(stack, "Queue", compute_environments=[make_ec2()], priority=Token.as_number({"Ref": "Priority"}))
    assert stack.resolve(made.priority) == {"Ref": "Priority"}


class TestWithPlainConstructs:
    def test_our_queue_over_plain_and_imported_environments(self, stack: Stack, vpc: ec2.Vpc) -> None:
        plain = batch.ManagedEc2EcsComputeEnvironment(stack, "Plain", vpc=vpc)
        imported = batch.ManagedEc2EcsComputeEnvironment.from_managed_ec2_ecs_compute_environment_arn(
            stack, "Imported", "arn:aws:batch:eu-west-1:123456789012:compute-environment/imported"
        )
        made = JobQueue(stack, "Queue", compute_environments=[plain, imported])
        assert [each.order for each in made.compute_environments] == [1, 2]

    def test_an_imported_environment_may_be_of_any_kind(self, stack: Stack, make_fargate: MakeFargate) -> None:
        imported = batch.FargateComputeEnvironment.from_fargate_compute_environment_arn(
            stack, "Imported", "arn:aws:batch:eu-west-1:123456789012:compute-environment/imported"
        )
        made = JobQueue(stack, "Queue", compute_environments=[make_fargate(), imported])
        assert len(made.compute_environments) == 2

    def test_plain_environments_of_two_kinds_are_refused(self, stack: Stack, vpc: ec2.Vpc) -> None:
        plain = batch.ManagedEc2EcsComputeEnvironment(stack, "Plain", vpc=vpc)
        serverless = batch.FargateComputeEnvironment(stack, "Serverless", vpc=vpc)
        with pytest.raises(ConfigurationError, match="BATCH007"):
            JobQueue(stack, "Queue", compute_environments=[plain, serverless])

    def test_plain_queue_over_our_environment(self, stack: Stack, make_ec2: MakeEc2) -> None:
        ordered = batch.OrderedComputeEnvironment(compute_environment=make_ec2(), order=1)
        assert len(batch.JobQueue(stack, "Queue", compute_environments=[ordered]).compute_environments) == 1
