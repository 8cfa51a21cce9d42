"""What a submit changes of a definition that this app knows, judged when the app is built."""

# ruff: noqa: E501 - a message reads best on one line

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import CfnParameter, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib import (
    ConfigurationError,
    ContainerJob,
    Ec2ComputeEnvironment,
    JobContainer,
    JobImage,
    JobQueue,
    JobSecret,
    MultiContainerJob,
    PipelineStage,
    Platform,
    SubmitJob,
)
from tests.unit.core.right_calls import IMAGE, Parts, made

STATES = ["SubmitJob", "ArrayFanOut", "MapFanOut", "DistributedFanOut", "fan_out"]


@pytest.fixture
def parts() -> Parts:
    return Parts(Stack())


def _job(parts: Parts, **changes: Any) -> ContainerJob:
    name = f"Job{len(parts.stack.node.children)}"
    return ContainerJob(parts.stack, name, **{**parts.job_options, **changes})


def _queue(parts: Parts) -> JobQueue:
    return JobQueue(parts.stack, "Large", compute_environments=[parts.instances])


@pytest.mark.parametrize("kind", STATES)
def test_a_reference_without_a_parameter(parts: Parts, kind: str) -> None:
    job = _job(parts, command=["run", "Ref::input", "--mode=Ref::mode"], parameters={"mode": "fast"})
    with pytest.raises(
        ConfigurationError,
        match=rf"^{kind.replace('fan_out', 'ArrayFanOut')} 'Default/Id' parameters: got Ref::input in the command, .*FLOW052",
    ):
        made(parts, kind, "Id", job=job)


@pytest.mark.parametrize("kind", ["SubmitJob", "MapFanOut"])
def test_a_reference_with_a_parameter_of_the_submit(parts: Parts, kind: str) -> None:
    job = _job(parts, command=["run", "Ref::input"], parameters=None)
    made(parts, kind, "Id", job=job, parameters={"input": "{% $states.input.item %}"})


def test_a_reference_of_a_stage(parts: Parts) -> None:
    job = _job(parts, command=["Ref::input"], parameters=None)
    stages = [
        PipelineStage(name="a", job=parts.job, queue=parts.queue),
        PipelineStage(name="b", job=job, queue=parts.queue),
    ]
    with pytest.raises(ConfigurationError, match=r"stages\[1\].parameters: got Ref::input"):
        made(parts, "ArrayPipeline", "Id", stages=stages)


def test_a_reference_of_a_changed_command(parts: Parts) -> None:
    made(parts, "SubmitJob", "Right", command=["Ref::text"])
    with pytest.raises(ConfigurationError, match=r"command: got Ref::other in the command"):
        made(parts, "SubmitJob", "Wrong", command=["Ref::other"])
    made(parts, "SubmitJob", "Without", job=_job(parts, command=["Ref::x"], parameters=None), command=["echo"])


def test_a_reference_of_several_containers(parts: Parts) -> None:
    container = JobContainer(name="a", image=IMAGE, vcpus=1, memory=Size.gibibytes(2), command=["Ref::input"])
    job = MultiContainerJob(parts.stack, "Several", containers=[container], platform=Platform.FARGATE)
    with pytest.raises(ConfigurationError, match="got Ref::input in the command"):
        made(parts, "SubmitJob", "Id", job=job, wait=False)


def test_nothing_is_known_of_an_imported_definition(parts: Parts) -> None:
    arn = "arn:aws:batch:eu-west-1:123456789012:job-definition/x:1"
    job = batch.EcsJobDefinition.from_job_definition_arn(parts.stack, "Imported", arn)
    made(parts, "SubmitJob", "Id", job=job, command=["Ref::input"], vcpus=3, gpus=1, environment={"A": "1"})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"gpus": 1}, "gpus: got 1 GPUs on Fargate, Fargate has no GPUs"),
        ({"vcpus": 3}, "got 3 vCPU with 2048 MiB, Fargate offers 0.25, 0.5, 1, 2, 4, 8 or 16 vCPU"),
        ({"vcpus": 4}, "got 4 vCPU with 2048 MiB, Fargate offers 4 vCPU with 8192 to 30720 MiB"),
        ({"memory": Size.gibibytes(64)}, "got 1 vCPU with 65536 MiB"),
        ({"memory": Size.mebibytes(2049)}, "got 1 vCPU with 2049 MiB"),
    ],
)
def test_a_size_that_fargate_lacks(parts: Parts, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        made(parts, "SubmitJob", "Id", **changes)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"vcpus": 0.5}, "vcpus: got 0.5 vCPUs, jobs on EC2 have whole vCPUs"),
        ({"memory": Size.mebibytes(3)}, "memory: got 3 MiB"),
        ({"gpus": -1}, "gpus: got -1"),
    ],
)
def test_a_size_that_ec2_lacks(parts: Parts, changes: dict[str, Any], told: str) -> None:
    job = _job(parts, platform=Platform.EC2)
    with pytest.raises(ConfigurationError) as caught:
        SubmitJob(parts.stack, "Id", job=job, queue=_queue(parts), **changes)
    assert told in str(caught.value)


def test_sizes_that_exist_and_tokens_pass(parts: Parts) -> None:
    token = CfnParameter(parts.stack, "Number", type="Number").value_as_number
    made(parts, "SubmitJob", "Larger", vcpus=4, memory=Size.gibibytes(16))
    made(parts, "SubmitJob", "Token", vcpus=token, memory=Size.mebibytes(token))
    large = Ec2ComputeEnvironment(parts.stack, "Gpus", vpc=parts.vpc, max_vcpus=96, instance_types=["g5.12xlarge"])
    queue = JobQueue(parts.stack, "GpuQueue", compute_environments=[large])
    SubmitJob(parts.stack, "Gpu", job=_job(parts, platform=Platform.EC2), queue=queue, gpus=2)


@pytest.mark.parametrize("kind", [*STATES, "ArrayPipeline"])
def test_overrides_that_are_too_long(parts: Parts, kind: str) -> None:
    made(parts, kind, "Right", environment={"A": "x" * 8_000})
    made(parts, kind, "Expression", environment={"A": f"{{% '{'x' * 9_000}' %}}"})
    with pytest.raises(
        ConfigurationError, match=r"got variables and a command of 9,\d{3} characters, AWS Batch allows 8,192"
    ):
        made(parts, kind, "Wrong", environment={"A": "x" * 9_000})


def test_variables_of_a_map_count_together(parts: Parts) -> None:
    with pytest.raises(ConfigurationError, match="FLOW051"):
        made(parts, "MapFanOut", "Id", environment={"A": "x" * 5_000}, item_environment={"B": "x" * 5_000})
    with pytest.raises(ConfigurationError, match="FLOW051"):
        made(parts, "SubmitJob", "Submit", command=["x" * 9_000])


@pytest.mark.parametrize("kind", [*STATES, "ArrayPipeline"])
def test_a_variable_that_is_a_secret_of_the_job(parts: Parts, kind: str) -> None:
    secret = JobSecret.from_secrets_manager(secretsmanager.Secret(parts.stack, "Secret"))
    job = _job(parts, secrets={"TOKEN": secret})
    changes: dict[str, Any] = {"job": job}
    if kind == "ArrayPipeline":
        changes = {"stages": [PipelineStage(name=name, job=job, queue=parts.queue) for name in ("a", "b")]}
    made(parts, kind, "Right", **changes, environment={"OTHER": "1"})
    with pytest.raises(ConfigurationError, match="environment: got TOKEN as a variable and as a secret"):
        made(parts, kind, "Wrong", **changes, environment={"TOKEN": "1"})


def test_a_definition_that_is_too_long(parts: Parts) -> None:
    with pytest.raises(
        ConfigurationError, match=r"got a command, parameters and variables of 30,\d{3} characters, .*BATCH025"
    ):
        _job(parts, environment={"A": "x" * 30_000})


@pytest.fixture
def python_image(parts: Parts, tmp_path: Path) -> JobImage:
    (tmp_path / "resize.py").write_text("def handler(item, context): ...\ndef other(item, context): ...\n")
    return JobImage.from_python(parts.stack, "Image", tmp_path, handler="resize:handler")


def test_a_handler_that_the_image_does_not_have(parts: Parts, python_image: JobImage) -> None:
    job = _job(parts, image=python_image, command=["resize:other"])
    for command in (["resize:missing"], ["crop:handler"], ["echo", "hi"]):
        with pytest.raises(ConfigurationError, match=r"ContainerJob 'Default/Job\d*' command: got .*IMAGE003"):
            _job(parts, image=python_image, command=command)
        with pytest.raises(ConfigurationError, match=r"SubmitJob 'Default/Id' command: got .*IMAGE003"):
            SubmitJob(parts.stack, "Id", job=job, queue=parts.queue, command=command)
    container = JobContainer(
        name="a", image=python_image, vcpus=1, memory=Size.gibibytes(2), command=["resize:missing"]
    )
    with pytest.raises(ConfigurationError, match=r"containers\[0\].command: got 'resize:missing'.*IMAGE003"):
        MultiContainerJob(parts.stack, "Several", containers=[container])


def test_a_handler_that_is_not_known_yet_passes(parts: Parts, python_image: JobImage) -> None:
    token = CfnParameter(parts.stack, "Handler").value_as_string
    job = _job(parts, image=python_image, command=["Ref::handler"], parameters={"handler": "resize:other"})
    for index, first in enumerate(["resize:other", token, "{% $states.input.handler %}", "Ref::handler"]):
        SubmitJob(parts.stack, f"Id{index}", job=job, queue=parts.queue, command=[first])
