"""Names that AWS refuses are refused when the app is built."""

# ruff: noqa: E501 - a message reads best on one line

from typing import Any

import pytest
from aws_cdk import CfnParameter, Size, Stack
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib import (
    ConfigurationError,
    ContainerJob,
    JobContainer,
    JobSecret,
    MultiContainerJob,
    NodeGroup,
    PipelineStage,
    S3Storage,
)
from tests.unit.core.right_calls import IMAGE, Parts, made

LONG = "n" * 129
RESOURCES = {
    "ContainerJob": "job_definition_name",
    "Ec2ComputeEnvironment": "compute_environment_name",
    "FairShare": "scheduling_policy_name",
    "FargateComputeEnvironment": "compute_environment_name",
    "JobQueue": "job_queue_name",
    "ManagedInstancesComputeEnvironment": "compute_environment_name",
    "MultiContainerJob": "job_definition_name",
    "MultiNodeJob": "job_definition_name",
    "RateLimit": "rate_limit_name",
    "UnmanagedComputeEnvironment": "compute_environment_name",
}


@pytest.mark.parametrize("name", ["", "a b", "a.b", "ä", "a/b", LONG])
@pytest.mark.parametrize("kind", RESOURCES)
def test_a_name_that_aws_batch_does_not_allow(kind: str, name: str) -> None:
    with pytest.raises(
        ConfigurationError, match=rf"^{kind} 'Default/Id' {RESOURCES[kind]}: got .*1 to 128 letters.*BATCH024"
    ):
        made(Parts(Stack()), kind, "Id", **{RESOURCES[kind]: name})


@pytest.mark.parametrize("name", ["a", "A-b_9", "n" * 128, "_a", "9"])
def test_a_name_that_aws_batch_allows(name: str) -> None:
    made(Parts(Stack()), "RateLimit", "Id", rate_limit_name=name)


def test_a_name_that_is_known_when_it_is_deployed() -> None:
    stack = Stack()
    made(Parts(stack), "RateLimit", "Id", rate_limit_name=CfnParameter(stack, "Name").value_as_string)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "an environment variable '', a variable has a name, without white space"),
        ("A B", "an environment variable 'A B', a variable has a name"),
        ("A\n", "an environment variable 'A\\n'"),
        ("A=B", "an environment variable 'A=B'"),
        ("AWS_BATCH_X", "an environment variable AWS_BATCH_X, AWS Batch reserves"),
        (
            "A.$",
            "an environment variable A.$, states in JSONPath are written so, and these are in JSONata (BATCH014). Write 'A' and an expression",
        ),
    ],
)
@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("ContainerJob", "environment"),
        ("SubmitJob", "environment"),
        ("ArrayFanOut", "environment"),
        ("MapFanOut", "item_environment"),
        ("DistributedFanOut", "environment"),
        ("ArrayPipeline", "environment"),
        ("fan_out", "environment"),
    ],
)
def test_a_variable_that_no_program_can_have(kind: str, argument: str, name: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        made(Parts(Stack()), kind, "Id", **{argument: {name: "x"}})
    assert told in str(caught.value)
    assert f" {argument}: got" in str(caught.value)


def test_a_variable_of_storage_of_several_containers_and_nodes() -> None:
    stack = Stack()
    parts = Parts(stack)
    with pytest.raises(ConfigurationError, match=r"storage\[0\]: got an environment variable 'A B'"):
        made(parts, "ContainerJob", "Stored", storage=[S3Storage(bucket=parts.bucket, variable="A B")])
    container = JobContainer(name="a", image=IMAGE, vcpus=1, memory=Size.gibibytes(2), environment={"A B": ""})
    with pytest.raises(ConfigurationError, match=r"containers\[0\].environment: got an environment variable 'A B'"):
        MultiContainerJob(stack, "Several", containers=[container])
    group = NodeGroup(image=IMAGE, vcpus=1, memory=Size.gibibytes(2), nodes=2, environment={"": ""})
    with pytest.raises(ConfigurationError, match=r"groups\[0\].environment: got an environment variable ''"):
        made(parts, "MultiNodeJob", "Nodes", groups=[group])


def _secret(stack: Stack) -> JobSecret:
    return JobSecret.from_secrets_manager(secretsmanager.Secret(stack, "Secret"))


def test_a_variable_and_a_secret_of_one_name() -> None:
    stack = Stack()
    parts, secret = Parts(stack), _secret(stack)
    with pytest.raises(
        ConfigurationError, match=r"secrets: got A as a variable and as a secret, Amazon ECS .*BATCH033"
    ):
        made(parts, "ContainerJob", "Id", environment={"A": "1", "B": "2"}, secrets={"A": secret})
    stored = [S3Storage(bucket=parts.bucket, variable="DATA")]
    with pytest.raises(ConfigurationError, match=r"got DATA as a variable and as a secret"):
        made(parts, "ContainerJob", "Stored", storage=stored, secrets={"DATA": secret})
    options: dict[str, Any] = {"image": IMAGE, "vcpus": 1, "memory": Size.gibibytes(2), "environment": {"A": "1"}}
    with pytest.raises(ConfigurationError, match=r"containers\[0\].secrets: got A as a variable and as a secret"):
        MultiContainerJob(stack, "Several", containers=[JobContainer(name="a", **options, secrets={"A": secret})])


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"aws:x": "1"}, "the key 'aws:x', keys that begin with aws: are reserved"),
        ({"AWS:x": "1"}, "the key 'AWS:x'"),
        ({"": "1"}, "a key of 0 characters, AWS allows 1 to 128"),
        ({"k" * 129: "1"}, "a key of 129 characters"),
        ({"k": "v" * 257}, "a value of 257 characters, AWS allows 256"),
    ],
)
@pytest.mark.parametrize("kind", ["SubmitJob", "ArrayFanOut", "MapFanOut", "DistributedFanOut", "fan_out"])
def test_a_tag_that_aws_refuses(kind: str, tags: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        made(Parts(Stack()), kind, "Id", tags=tags)
    assert f"tags: got {told}" in str(caught.value)
    assert caught.value.code == "BATCH044"


def test_a_tag_of_a_stage_and_of_a_bill() -> None:
    parts = Parts(Stack())
    stages = [PipelineStage(name=name, job=parts.job, queue=parts.queue, tags={"aws:x": "1"}) for name in ("a", "b")]
    with pytest.raises(ConfigurationError, match="the key 'aws:x'"):
        made(parts, "ArrayPipeline", "Id", stages=stages)
    with pytest.raises(ConfigurationError, match=r"BatchBudget 'Default/Id' tag: got the key 'aws:x'"):
        made(parts, "BatchBudget", "Id", tag=("aws:x", "1"))


def test_the_name_of_a_state_has_80_characters() -> None:
    parts = Parts(Stack())
    made(parts, "SubmitJob", "s" * 80)
    with pytest.raises(ConfigurationError, match="got an id of 81 characters, it is the name of a state"):
        made(parts, "SubmitJob", "s" * 81)


def test_right_names_of_variables_pass() -> None:
    stack = Stack()
    names = ["a", "A_1", "a.b", "a-b", "ä", CfnParameter(stack, "Name").value_as_string]
    job = ContainerJob(stack, "Job", **{**Parts(stack).job_options, "environment": dict.fromkeys(names, "x")})
    assert job.node.id == "Job"
