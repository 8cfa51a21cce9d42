"""Fan-outs in another stack than their job: no cycle, and no export that a change of the job would change."""

import json
from typing import Any

import pytest
from aws_cdk import App, NestedStack, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib import (
    ArrayFanOut,
    ArrayPipeline,
    BatchStateMachine,
    ContainerJob,
    DistributedFanOut,
    EcsTaskFanOut,
    JobImage,
    MapFanOut,
    PipelineStage,
    SubmitJob,
)
from tests.unit.workflows.synthesized import flat_resources, job, queue

FLOWS: dict[str, Any] = {
    "Submit": lambda scope, **parts: SubmitJob(scope, "Submit", **parts),
    "Map": lambda scope, **parts: MapFanOut(scope, "Map", **parts),
    "Array": lambda scope, **parts: ArrayFanOut(scope, "Array", **parts),
    "Distributed": lambda scope, **parts: DistributedFanOut(scope, "Distributed", **parts),
    "Stages": lambda scope, **parts: ArrayPipeline(
        scope, "Stages", stages=[PipelineStage(name=name, **parts) for name in ("A", "B")]
    ),
}


@pytest.fixture(scope="module")
def stacks() -> tuple[dict[str, Any], dict[str, Any]]:
    """The templates of a stack with a job and a task definition, and of one with everything that uses them."""
    app = App(analytics_reporting=False)
    jobs, flows = Stack(app, "Jobs"), Stack(app, "Flows")
    parts = {"job": job(jobs), "queue": queue(jobs)}
    for name, make in FLOWS.items():
        BatchStateMachine(flows, f"{name}Machine", definition=make(flows, **parts))
    cluster = ecs.Cluster(jobs, "Cluster", vpc=ec2.Vpc(jobs, "Vpc", max_azs=1))
    tasks = ecs.FargateTaskDefinition(jobs, "Tasks")
    tasks.add_container("main", image=ecs.ContainerImage.from_registry("busybox:1"))
    run = EcsTaskFanOut(flows, "Tasks", cluster=cluster, task_definition=tasks)
    BatchStateMachine(flows, "TasksMachine", definition=run)
    return Template.from_stack(jobs).to_json(), Template.from_stack(flows).to_json()


def test_the_stack_of_the_job_knows_nothing_of_the_other(stacks: tuple[dict[str, Any], dict[str, Any]]) -> None:
    jobs, flows = stacks
    assert "Flows" not in json.dumps(jobs)
    assert "ImportValue" not in json.dumps(jobs)
    assert "Jobs:" in json.dumps(flows)


def test_a_change_of_the_job_changes_no_export(stacks: tuple[dict[str, Any], dict[str, Any]]) -> None:
    jobs, _ = stacks
    exports = [output["Value"] for output in jobs["Outputs"].values()]
    revisions = {
        name
        for name, resource in jobs["Resources"].items()
        if resource["Type"] in {"AWS::Batch::JobDefinition", "AWS::ECS::TaskDefinition"}
    }
    assert len(revisions) == 2
    assert [value for value in exports if value.get("Ref") in revisions] == []


def test_the_newest_revision_is_submitted_by_its_name(stacks: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _, flows = stacks
    machines = flow_resources(flows, "AWS::StepFunctions::StateMachine")
    assert len(machines) == 6
    named = '"JobDefinition":"arn:<AWS::Partition>:batch:<AWS::Region>:<AWS::AccountId>:<import Jobs:JobsJob'
    for machine in machines:
        text = machine["Properties"]["DefinitionString"]
        assert named in text or '"TaskDefinition":"JobsTasks' in text


def test_the_rights_of_the_roles_stand_with_the_bucket(stacks: tuple[dict[str, Any], dict[str, Any]]) -> None:
    jobs, flows = stacks
    assert "fan-out/*" not in json.dumps(jobs)
    policies = [
        policy["Properties"]
        for policy in flow_resources(flows, "AWS::IAM::Policy")
        if "<import Jobs:" in json.dumps(policy["Properties"]["Roles"])
    ]
    assert len(policies) == 2, "one for each role of the other stack, which all fan-outs share"
    for policy in policies:
        [statement] = policy["PolicyDocument"]["Statement"]
        assert statement["Action"] == ["s3:GetObject", "s3:PutObject"]
        assert "FanOutBucket" in json.dumps(statement["Resource"])


def test_a_bucket_of_the_stack_of_the_job_can_be_used() -> None:
    app = App(analytics_reporting=False)
    jobs, flows = Stack(app, "Jobs"), Stack(app, "Flows")
    bucket = s3.Bucket(jobs, "Bucket")
    fan_out = ArrayFanOut(flows, "Array", job=job(jobs), queue=queue(jobs), bucket=bucket)
    BatchStateMachine(flows, "Machine", definition=fan_out)
    template = Template.from_stack(flows).to_json()
    assert not flow_resources(template, "AWS::S3::Bucket")
    [rights] = [
        policy["Properties"]["PolicyDocument"]["Statement"]
        for name, policy in template["Resources"].items()
        if name.startswith("FanOutRights")
    ]
    exported = {"Fn::ImportValue": "Jobs:ExportsOutputFnGetAttBucket83908E77Arn063C8555"}
    assert [statement["Resource"] for statement in rights] == [{"Fn::Join": ["", [exported, "/fan-out/*"]]}]


def test_a_nested_stack_submits_the_revision_of_its_parent() -> None:
    app = App(analytics_reporting=False)
    parent = Stack(app, "Parent")
    nested = NestedStack(parent, "Nested")
    submit = SubmitJob(nested, "Submit", job=job(parent), queue=queue(parent))
    BatchStateMachine(nested, "Machine", definition=submit)
    [machine] = flow_resources(Template.from_stack(nested).to_json(), "AWS::StepFunctions::StateMachine")
    assert '"JobDefinition":"<referencetoParentJob' in machine["Properties"]["DefinitionString"]


def test_a_definition_that_a_state_submits_keeps_its_revisions() -> None:
    stack = Stack(App(analytics_reporting=False), "Stack")
    image = JobImage.from_registry("busybox:1")
    used, unused = (ContainerJob(stack, name, image=image, vcpus=1, memory=Size.gibibytes(2)) for name in ("A", "B"))
    SubmitJob(stack, "Submit", job=used, queue=queue(stack))
    definitions = Template.from_stack(stack).find_resources("AWS::Batch::JobDefinition")
    kept = {name[0]: "ResourceRetentionPolicy" in item["Properties"] for name, item in definitions.items()}
    assert kept == {"A": True, "B": False}
    assert unused.node.path == "Stack/B"


def flow_resources(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [item for item in flat_resources(template).values() if item["Type"] == kind]
