"""Numbers as AWS writes them, over all of them."""

# ruff: noqa: E501 - a message reads best on one line

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib import (
    ArrayFanOut,
    ConfigurationError,
    ContainerJob,
    Ec2ComputeEnvironment,
    InstanceScratch,
    JobQueue,
    MapFanOut,
    Platform,
    Retry,
    SubmitJob,
    instance_types_for,
)
from constructs_lib.core.quantities import as_text, readable
from constructs_lib.core.tokens import is_number_token, is_ruined_token, resolved
from constructs_lib.workflows.fan_out.list.tolerance import Tolerance
from constructs_lib.workflows.submit.overrides import container_overrides
from tests.unit.core.right_calls import IMAGE, Parts, made

TOKEN = -1.8881545897087626e289
"""As aws-cdk-lib writes the first of an app."""


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_a_whole_number_is_its_digits(number: int) -> None:
    assert as_text(number) == str(number)
    assert as_text(float(int(float(number)))) == str(int(float(number)))


@given(st.floats(min_value=-1e20, max_value=1e20).filter(lambda each: abs(each) > 1e-20 or each == 0))
def test_a_number_is_written_without_an_exponent_and_without_a_loss(number: float) -> None:
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", as_text(number))
    assert float(as_text(number)) == number


@given(st.integers(min_value=4, max_value=10**9), st.sampled_from([1, 2, 4, 8, 96, 192, 1024]))
def test_sizes_of_a_submit_are_digits(mebibytes: int, gpus: int) -> None:
    overrides = container_overrides(memory=Size.mebibytes(mebibytes), vcpus=gpus / 4, gpus=gpus)
    assert overrides is not None
    requirements = {each["Type"]: each["Value"] for each in overrides["ResourceRequirements"]}
    assert requirements["MEMORY"] == str(mebibytes)
    assert requirements["GPU"] == str(gpus)
    assert Decimal(requirements["VCPU"]) == Decimal(gpus) / 4


@given(st.floats(min_value=0, max_value=100), st.integers(min_value=0, max_value=10**9))
def test_a_tolerance_is_digits(percentage: float, failures: int) -> None:
    told = f"{Tolerance(failures, percentage).exceeded('f', 't')} {Tolerance(failures, percentage)}"
    assert not re.search(r"\d[eE][-+]?\d", told)


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0"), (-0.0, "0"), (-0.5, "-0.5"), (2220, "2,220"), (2_097_152.0, "2,097,152"), (4.8828125, "4.88281")],
)
def test_numbers_in_messages(number: float, told: str) -> None:
    assert readable(number) == told


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200))
def test_a_number_that_somebody_means_is_no_token(number: float) -> None:
    assert not is_number_token(number)
    assert resolved(number)
    assert is_ruined_token(number) == (0 < abs(number) < 1e-250)


@pytest.mark.parametrize("ruined", [2 * TOKEN, TOKEN / 2, -TOKEN, 1 / TOKEN, TOKEN * 1.0000001 * 4, 10**400])
def test_a_number_calculated_from_a_token_is_recognized(ruined: float) -> None:
    assert is_ruined_token(ruined)
    with pytest.raises(ConfigurationError, match="got a number calculated from one that is known when") as caught:
        Retry(attempts=ruined)
    assert "e+289" not in str(caught.value)


def test_a_token_is_recognized() -> None:
    assert is_number_token(TOKEN)
    assert not is_ruined_token(TOKEN)
    with pytest.raises(
        ConfigurationError, match=r"got int\(\) of a number .* Pass the number as it is, without int\(\)"
    ):
        Retry(attempts=int(TOKEN))


def test_large_memory_arrives_in_a_definition() -> None:
    """The kind of aws-cdk#18993: a size of a million MiB and more, of a submit and of the rounds of a fan-out."""
    stack = Stack(App(analytics_reporting=False), "Stack")
    parts = Parts(stack)
    large = Ec2ComputeEnvironment(
        stack, "Instances6TiB", vpc=ec2.Vpc(stack, "Net"), max_vcpus=448, instance_types=["u-6tb1.56xlarge"]
    )
    queue = JobQueue(stack, "Large", compute_environments=[large])
    options = {**parts.job_options, "memory": Size.tebibytes(1), "vcpus": 96, "platform": Platform.EC2}
    job = ContainerJob(stack, "LargeJob", **options)
    states = [
        SubmitJob(stack, "Submit", job=job, queue=queue, memory=Size.tebibytes(2)),
        MapFanOut(stack, "Map", job=job, queue=queue, memory_steps=[Size.mebibytes(2_500_001)]),
        ArrayFanOut(stack, "Array", job=job, queue=queue, memory_steps=[Size.tebibytes(3)]),
    ]
    told = json.dumps([stack.resolve(state.to_state_json()) for state in _states(states)])
    for size in ("2097152", "2500001", "3145728"):
        assert f"{size}" in told
    assert "e+0" not in told


def _states(chainables: list[Any]) -> list[Any]:
    return [
        child
        for each in chainables
        for child in each.node.find_all()
        if hasattr(child, "to_state_json") and child.node.id != "Fragment"
    ]


@pytest.mark.parametrize(
    ("name", "changes", "told"),
    [
        ("ContainerJob", {"ephemeral_storage": Size.mebibytes(26_112)}, "ephemeral_storage: got 25.5 GiB, AWS counts in whole GiB (BATCH029)"),
        ("ContainerJob", {"timeout": Duration.millis(90_500)}, "timeout: got 90.5 seconds, AWS counts in whole seconds"),
        ("ContainerJob", {"memory": Size.kibibytes(5_000), "platform": Platform.EC2}, "memory: got 4.88281 MiB"),
        ("MultiContainerJob", {"ephemeral_storage": Size.mebibytes(26_112)}, "ephemeral_storage: got 25.5 GiB"),
        ("Ec2ComputeEnvironment", {"root_volume": Size.mebibytes(40_000)}, "root_volume: got 39.0625 GiB, AWS counts in whole GiB"),
        ("Ec2ComputeEnvironment", {"update_timeout": Duration.seconds(90)}, "update_timeout: got 1.5 minutes, AWS counts in whole minutes"),
        ("Ec2ComputeEnvironment", {"min_scale_down_delay": Duration.seconds(1_230)}, "got 20.5 minutes"),
        ("UnmanagedComputeEnvironment", {"root_volume": Size.mebibytes(40_000)}, "root_volume: got 39.0625 GiB"),
        ("UnmanagedComputeEnvironment", {"root_volume": Size.gibibytes(8)}, "root_volume: got 8 GiB, Amazon's ECS-optimized images need"),
        ("ManagedInstancesComputeEnvironment", {"root_volume": Size.mebibytes(40_000)}, "root_volume: got 39.0625 GiB"),
        ("ManagedInstancesComputeEnvironment", {"scale_in_after": Duration.millis(1_500)}, "got 1.5 seconds"),
        ("JobQueue", {"cancel_unplaceable_after": Duration.millis(600_500)}, "got 600.5 seconds"),
        ("FairShare", {"decay": Duration.millis(600_500)}, "decay: got 600.5 seconds"),
        ("SubmitJob", {"memory": Size.kibibytes(5_000)}, "memory: got 4.88281 MiB, AWS counts in whole MiB (FLOW050)"),
        ("SubmitJob", {"timeout": Duration.millis(60_500)}, "timeout: got 60.5 seconds"),
        ("MapFanOut", {"memory_steps": [Size.kibibytes(5_000_001)]}, "memory_steps[0]: got 4882.81 MiB"),
        ("BatchStateMachine", {"timeout": Duration.days(400)}, "timeout: got 34,560,000 s, Step Functions allows 1 to 31,536,000 s"),
        ("RunnableWatch", {"after": Duration.millis(600_500)}, "after: got 600.5 seconds"),
        ("SubmitterRole", {"max_session_duration": Duration.minutes(30)}, "max_session_duration: got 1,800 s, IAM allows 3,600 to 43,200 s"),
        ("ImagePipeline", {"timeout": Duration.seconds(330)}, "timeout: got 5.5 minutes"),
        ("LustreStorage", {"capacity": Size.mebibytes(1_228_801)}, "capacity: got 1200 GiB, AWS counts in whole GiB"),
    ],
)  # fmt: skip
def test_parts_of_what_aws_counts_are_refused(name: str, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        made(Parts(Stack()), name, "Id", **changes)
    assert told in str(caught.value)


def test_sizes_in_other_units_are_counted() -> None:
    assert instance_types_for(vcpus=(2, 2), memory=(Size.mebibytes(4_000), Size.mebibytes(8_200)))
    with pytest.raises(ConfigurationError, match=r"InstanceScratch.ebs size: got 1.5 GiB, AWS counts in whole GiB"):
        InstanceScratch.ebs(Size.mebibytes(1_536))
    stack = Stack()
    made_of_mebibytes = Ec2ComputeEnvironment(
        stack, "Ec2", vpc=Parts(stack).vpc, max_vcpus=4, root_volume=Size.mebibytes(40_960)
    )
    assert made_of_mebibytes.node.id == "Ec2"
    assert IMAGE
