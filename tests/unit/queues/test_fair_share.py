"""Fair-share policies: shares become AWS's weights, and what AWS refuses is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.assertions import Template

from constructs_lib import (
    ArrayFanOut,
    ConfigurationError,
    DistributedFanOut,
    FairShare,
    JobImage,
    JobQueue,
    MapFanOut,
    MultiNodeJob,
    NodeGroup,
    SubmitJob,
)

Make = Callable[..., Any]


def test_more_is_more_though_aws_counts_the_other_way_round(stack: Stack) -> None:
    FairShare(stack, "Shares", shares={"research": 4, "nightly": 0.5, "team*": 3})
    [policy] = Template.from_stack(stack).find_resources("AWS::Batch::SchedulingPolicy").values()
    assert policy["Properties"]["FairsharePolicy"]["ShareDistribution"] == [
        {"ShareIdentifier": "research", "WeightFactor": 0.25},
        {"ShareIdentifier": "nightly", "WeightFactor": 2},
        {"ShareIdentifier": "team*", "WeightFactor": 0.3333},
    ]


def test_decay_reservation_and_name(stack: Stack) -> None:
    FairShare(stack, "Shares", decay=Duration.hours(6), compute_reservation=30, scheduling_policy_name="shares")
    Template.from_stack(stack).has_resource_properties(
        "AWS::Batch::SchedulingPolicy",
        {"Name": "shares", "FairsharePolicy": {"ComputeReservation": 30, "ShareDecaySeconds": 21_600}},
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shares": {"team-a": 1}}, r"shares: got 'team-a', a share identifier is 1 to 255 .* \(QUEUE001\)"),
        ({"shares": {"": 1}}, "QUEUE001"),
        ({"shares": {"a*b": 1}}, "QUEUE001"),
        ({"shares": {"team*": 1, "teamA": 2}}, r"got 'teamA' and 'team\*', which includes it, .* \(QUEUE007\)"),
        ({"shares": {"t*": 1, "team*": 2}}, "QUEUE007"),
        ({"shares": {f"a{number}": 1 for number in range(501)}}, "got 501 shares, AWS Batch allows 500 per queue"),
        ({"shares": {"a": 0}}, r"shares\['a'\]: got 0, AWS Batch allows 0.001 to 10,000 \(QUEUE002\)"),
        ({"shares": {"a": 10_001}}, "QUEUE002"),
        ({"decay": Duration.days(8)}, "decay: got 691,200 s, AWS Batch allows 0 to 604,800 s"),
        ({"compute_reservation": 100}, "compute_reservation: got 100 %, AWS Batch allows 0 to 99 %"),
    ],
)
def test_refuses(stack: Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        FairShare(stack, "Shares", **options)


class TestSubmits:
    """Whatever submits to a fair-share queue of ours says whose share it uses."""

    @pytest.fixture
    def queues(self, stack: Stack, make_ec2: Make) -> dict[str, JobQueue]:
        environment = make_ec2()
        shares = FairShare(stack, "Shares", shares={"research": 3})
        return {
            "shared": JobQueue(stack, "Shared", compute_environments=[environment], scheduling_policy=shares),
            "plain": JobQueue(stack, "Plain", compute_environments=[environment]),
        }

    @pytest.mark.parametrize("kind", [SubmitJob, ArrayFanOut, MapFanOut, DistributedFanOut])
    def test_a_job_without_a_share_is_refused(
        self, stack: Stack, queues: dict[str, JobQueue], make_job: Make, kind: Make
    ) -> None:
        message = rf"{kind.__name__} 'Stack/Run' share_identifier: got none for the fair-share queue Stack/Shared"
        with pytest.raises(ConfigurationError, match=message):
            kind(stack, "Run", job=make_job(), queue=queues["shared"])

    @pytest.mark.parametrize("kind", [SubmitJob, ArrayFanOut, MapFanOut, DistributedFanOut])
    def test_a_share_of_a_plain_queue_is_refused(
        self, stack: Stack, queues: dict[str, JobQueue], make_job: Make, kind: Make
    ) -> None:
        with pytest.raises(ConfigurationError, match=r"got 'research' for Stack/Plain, .* \(FLOW013\)"):
            kind(stack, "Run", job=make_job(), queue=queues["plain"], share_identifier="research")

    def test_the_fallback_queue_shares_alike(self, stack: Stack, queues: dict[str, JobQueue], make_job: Make) -> None:
        with pytest.raises(ConfigurationError, match="for Stack/Plain"):
            ArrayFanOut(
                stack,
                "Run",
                job=make_job(),
                queue=queues["shared"],
                fallback_queue=queues["plain"],
                share_identifier="research",
            )

    @pytest.mark.parametrize("kind", [SubmitJob, ArrayFanOut, MapFanOut, DistributedFanOut])
    def test_a_share_travels_with_every_submit(
        self, stack: Stack, queues: dict[str, JobQueue], make_job: Make, kind: Make
    ) -> None:
        run = kind(
            stack, "Run", job=make_job(), queue=queues["shared"], share_identifier="research", scheduling_priority=0
        )
        sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(run))
        template = str(Template.from_stack(stack).find_resources("AWS::StepFunctions::StateMachine"))
        assert template.count("submitJob") == template.count('"ShareIdentifier":"research"') > 0

    @pytest.mark.parametrize("kind", [SubmitJob, ArrayFanOut, MapFanOut, DistributedFanOut])
    def test_a_job_without_a_priority_is_refused(
        self, stack: Stack, queues: dict[str, JobQueue], make_job: Make, kind: Make
    ) -> None:
        with pytest.raises(ConfigurationError, match=r"scheduling_priority: got none for .* and none in Stack/Job, "):
            kind(stack, "Run", job=make_job(), queue=queues["shared"], share_identifier="research")

    def test_multi_node_jobs_have_a_priority_too(self, stack: Stack, queues: dict[str, JobQueue]) -> None:
        group = NodeGroup(image=JobImage.from_registry("busybox:1.37"), vcpus=1, memory=Size.gibibytes(2))
        job = MultiNodeJob(stack, "Nodes", groups=[group])
        with pytest.raises(ConfigurationError, match=r"scheduling_priority: got none for .* and none in Stack/Nodes"):
            SubmitJob(stack, "Run", job=job, queue=queues["shared"], share_identifier="research", wait=False)

    def test_the_priority_may_be_that_of_the_definition(
        self, stack: Stack, queues: dict[str, JobQueue], make_job: Make
    ) -> None:
        job = make_job(scheduling_priority=0)
        SubmitJob(stack, "Run", job=job, queue=queues["shared"], share_identifier="research")
