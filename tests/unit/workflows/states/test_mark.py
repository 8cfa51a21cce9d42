"""What a fan-out tells of its options in its definition."""

import inspect
from typing import Any

import pytest
from aws_cdk import CfnParameter, Duration, Size, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_

from constructs_lib import ArrayFanOut, ArrayPipeline, EcsTaskFanOut, LambdaFanOut, MapFanOut, PipelineStage, Strategy
from constructs_lib.marks import Mark
from constructs_lib.workflows.states.mark import described
from tests.unit.workflows.synthesized import (
    QUEUE_ARN,
    Resources,
    definition,
    job,
    new_stack,
    queue,
    resources_of,
    state_machine,
)


@pytest.fixture(scope="module")
def resources() -> Resources:
    def build(stack: Stack) -> None:
        work: dict[str, Any] = {"job": job(stack), "queue": queue(stack)}
        code = lambda_.Code.from_inline("def handler(event, context): pass")
        runtime = lambda_.Runtime.PYTHON_3_13
        function = lambda_.Function(stack, "Function", runtime=runtime, handler="index.handler", code=code)
        vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=1)
        task = ecs.FargateTaskDefinition(stack, "Task")
        container = task.add_container("Worker", image=ecs.ContainerImage.from_registry("tiles:1"))
        stages = [PipelineStage(name="clean", **work), PipelineStage(name="render", timeout=Duration.hours(2), **work)]
        machines = {
            "Defaults": MapFanOut(stack, "A", **work, max_concurrency=40, environment=None, skip_finished=False),
            "Given": MapFanOut(stack, "B", **work, item_environment={"A": "{% $states.input.item %}"}),
            "Pipeline": ArrayPipeline(stack, "C", stages=stages),
            "Lambda": LambdaFanOut(stack, "D", function=function, tolerated_failures=1),
            "Ecs": EcsTaskFanOut(
                stack,
                "E",
                cluster=ecs.Cluster(stack, "Cluster", vpc=vpc),
                task_definition=task,
                container=container,
                vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
                security_groups=[ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")],
            ),
        }
        for name, fan_out in machines.items():
            state_machine(stack, fan_out, name)

    return resources_of(build)


def mark(resources: Resources, machine: str) -> Mark:
    made = definition(resources, machine)
    found = Mark.read(made["States"][made["StartAt"]]["Comment"])
    assert found
    return found


def test_options_that_are_the_defaults_are_not_told(resources: Resources) -> None:
    assert mark(resources, "Defaults").options.keys() == {"job", "queue"}
    assert mark(resources, "Defaults").options["queue"] == QUEUE_ARN


def test_options_are_told_in_the_words_of_the_constructor(resources: Resources) -> None:
    told = mark(resources, "Given")
    assert (told.kind, told.options["item_environment"]) == ("MapFanOut", {"A": "{% $states.input.item %}"})


def test_stages_are_told(resources: Resources) -> None:
    stages = mark(resources, "Pipeline").options["stages"]
    assert [stage["name"] for stage in stages] == ["clean", "render"]
    assert stages[1]["timeout"] == "PT2H"
    assert stages[0]["job"].startswith("<Job")


def test_constructs_are_told_as_aws_knows_them(resources: Resources) -> None:
    assert mark(resources, "Lambda").options["function"].startswith("<Function")
    options = mark(resources, "Ecs").options
    assert options["cluster"].startswith("<Cluster")
    assert options["task_definition"].startswith("<Task")
    assert options["container"] == "Worker"
    assert options["vpc_subnets"] == {"subnet_type": "PRIVATE_WITH_EGRESS"}
    assert options["security_groups"] == ["sg-1"]


def test_the_comment_says_first_what_the_state_does(resources: Resources) -> None:
    made = definition(resources, "Lambda")
    comment = made["States"][made["StartAt"]]["Comment"]
    assert comment.startswith("Evaluates items once. LambdaFanOut of constructs-lib ")
    assert comment.endswith("}.")


def test_values_that_are_known_at_deployment_are_told_as_references() -> None:
    stack = new_stack()
    number = CfnParameter(stack, "Number", type="Number").value_as_number
    assert stack.resolve(described(number, stack)) == {"Ref": "Number"}
    assert described(Duration.seconds(number), stack) == "known when it is deployed"
    assert described(Size.gibibytes(Token.as_number({"Ref": "Number"})), stack) == "known when it is deployed"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, True),
        (2.5, 2.5),
        ("{% 'a  b' %}", "{% 'a  b' %}"),
        (Size.mebibytes(1536), "1,536 MiB"),
        (Size.kibibytes(1536), "1.5 MiB"),
        (Duration.minutes(90), "PT1H30M"),
        (Strategy.ARRAY, "ARRAY"),
        ({"a": [1, Size.gibibytes(1)]}, {"a": [1, "1,024 MiB"]}),
        (ec2.SubnetSelection(), {}),
    ],
)
def test_values_are_told(value: Any, told: Any) -> None:
    assert described(value, Stack()) == told


def test_the_constructor_keeps_its_signature_and_help() -> None:
    parameters = inspect.signature(ArrayFanOut.__init__).parameters
    assert [*parameters][:4] == ["self", "scope", "construct_id", "job"]
    assert parameters["skip_finished"].default is False
