"""Which kinds of jobs can be submitted by state machines, and to which queues."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib import (
    ArrayFanOut,
    ConfigurationError,
    DistributedFanOut,
    Ec2ComputeEnvironment,
    FargateComputeEnvironment,
    JobContainer,
    JobImage,
    JobQueue,
    MapFanOut,
    MultiContainerJob,
    MultiNodeJob,
    NodeGroup,
    SubmitJob,
)
from tests.unit.workflows.synthesized import definition, flat_resources, new_stack, queue, state_machine, template_of

IMAGE = JobImage.from_registry("busybox:1.37")
FAN_OUTS = [ArrayFanOut, DistributedFanOut, MapFanOut]


def several_nodes(stack: Stack) -> MultiNodeJob:
    return MultiNodeJob(stack, "Job", groups=[NodeGroup(image=IMAGE, vcpus=1, memory=Size.gibibytes(1), nodes=4)])


def several_containers(stack: Stack) -> MultiContainerJob:
    main = JobContainer(name="main", image=IMAGE, vcpus=1, memory=Size.gibibytes(1))
    return MultiContainerJob(stack, "Job", containers=[main])


@pytest.mark.parametrize("kind", [several_nodes, several_containers])
def test_it_is_submitted_as_it_is(kind: Callable[..., Any]) -> None:
    def build(stack: Stack) -> None:
        vpc = ec2.Vpc(stack, "Vpc")
        on_demand = Ec2ComputeEnvironment(stack, "OnDemand", vpc=vpc, max_vcpus=8)
        own = JobQueue(stack, "Queue", compute_environments=[on_demand])
        submit = SubmitJob(stack, "Solve", job=kind(stack), queue=own, parameters={"steps": "9"}, wait=False)
        state_machine(stack, submit)

    state = definition(flat_resources(template_of(build)))["States"]["Solve"]
    assert state["Resource"].endswith(":aws-sdk:batch:submitJob")
    assert state["Arguments"]["Parameters"] == {"steps": "9"}
    assert not {"ContainerOverrides", "ArrayProperties"} & set(state["Arguments"])


def test_a_job_of_several_containers_may_be_an_array() -> None:
    stack = new_stack()
    SubmitJob(stack, "Solve", job=several_containers(stack), queue=queue(stack), array_size=2, wait=False)


@pytest.mark.parametrize(
    ("kind", "options", "code", "message"),
    [
        (
            several_nodes,
            {"array_size": 2},
            "BATCH042",
            "SubmitJob 'Stack/Solve' array_size: got a multi-node parallel job, AWS Ba",
        ),
        (
            several_nodes,
            {"command": ["x"]},
            "BATCH032",
            "command: got a multi-node parallel job, only a job of one container has c",
        ),
        (several_nodes, {"environment": {"A": "b"}}, "BATCH032", "environment: got a multi-node parallel job"),
        (several_containers, {"vcpus": 2}, "BATCH032", "vcpus: got a job of several containers"),
        (
            several_nodes,
            {"wait": True},
            "BATCH043",
            "wait: got a multi-node parallel job, Step Functions waits for jobs to which",
        ),
        (
            several_containers,
            {"wait": True},
            "BATCH043",
            "wait: got a job of several containers, Step Functions waits for jobs to",
        ),
    ],
)
def test_what_only_other_jobs_have(kind: Callable[..., Any], options: dict[str, Any], code: str, message: str) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError) as caught:
        SubmitJob(stack, "Solve", job=kind(stack), queue=queue(stack), **{"wait": False, **options})
    assert message in str(caught.value)
    assert caught.value.code == code


def spot(stack: Stack, vpc: ec2.IVpc) -> Ec2ComputeEnvironment:
    return Ec2ComputeEnvironment(stack, "Environment", vpc=vpc, max_vcpus=8, spot=True)


def fargate(stack: Stack, vpc: ec2.IVpc) -> FargateComputeEnvironment:
    return FargateComputeEnvironment(stack, "Environment", vpc=vpc, max_vcpus=8)


def unmanaged(stack: Stack, _: ec2.IVpc) -> batch.UnmanagedComputeEnvironment:
    return batch.UnmanagedComputeEnvironment(stack, "Environment")


@pytest.mark.parametrize(("make", "word"), [(spot, "Spot"), (fargate, "Fargate"), (unmanaged, "unmanaged")])
def test_it_runs_on_managed_instances_on_demand_only(make: Callable[..., Any], word: str) -> None:
    stack = new_stack()
    environment = make(stack, ec2.Vpc(stack, "Vpc"))
    unfit = batch.JobQueue(
        stack,
        "Unfit",
        compute_environments=[batch.OrderedComputeEnvironment(compute_environment=environment, order=1)],
    )
    with pytest.raises(ConfigurationError, match=f"queue: got a queue over Stack/Environment, which is {word}, AWS"):
        SubmitJob(stack, "Solve", job=several_nodes(stack), queue=unfit, wait=False)


@pytest.mark.parametrize("fan_out", FAN_OUTS, ids=[each.__name__ for each in FAN_OUTS])
@pytest.mark.parametrize("kind", [several_nodes, several_containers])
def test_fan_outs_are_for_jobs_of_one_container(fan_out: Callable[..., Any], kind: Callable[..., Any]) -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=r"\(BATCH032\)"):
        fan_out(stack, "FanOut", job=kind(stack), queue=queue(stack))
