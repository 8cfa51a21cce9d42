"""What the ready stacks promise, where a snapshot would show the change but not the intent."""

from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Match, Template

from stacks.map import MapStack
from stacks.priority_queues import PriorityQueuesStack
from stacks.settings import CONTEXT


@pytest.fixture(scope="module")
def priority_queues(templates: dict[str, dict[str, Any]]) -> dict[str, Any]:
    resources: dict[str, Any] = templates["PriorityQueuesStack"]["Resources"]
    return resources


def environments(resources: dict[str, Any], queue: str) -> tuple[int, list[str]]:
    """The priority of a queue, and its environments in the order in which they are tried."""
    (properties,) = (
        resource["Properties"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::Batch::JobQueue" and logical_id.startswith(f"Queues{queue}")
    )
    order = sorted(properties["ComputeEnvironmentOrder"], key=lambda item: item["Order"])
    kinds = [
        resources[item["ComputeEnvironment"]["Fn::GetAtt"][0]]["Properties"]["ComputeResources"]["Type"]
        for item in order
    ]
    return properties["Priority"], kinds


def test_urgent_jobs_go_first_and_on_demand(priority_queues: dict[str, Any]) -> None:
    assert environments(priority_queues, "Urgent") == (100, ["EC2", "SPOT"])


def test_bulk_jobs_go_last_and_to_spot(priority_queues: dict[str, Any]) -> None:
    assert environments(priority_queues, "Bulk") == (1, ["SPOT", "EC2"])


def test_both_queues_share_two_environments(priority_queues: dict[str, Any]) -> None:
    kinds = [resource["Type"] for resource in priority_queues.values()]
    assert kinds.count("AWS::Batch::ComputeEnvironment") == 2


def test_every_stack_names_its_state_machines(templates: dict[str, dict[str, Any]]) -> None:
    for template in templates.values():
        machines = {
            logical_id
            for logical_id, resource in template["Resources"].items()
            if resource["Type"] == "AWS::StepFunctions::StateMachine"
        }
        assert {output["Value"]["Ref"] for output in template["Outputs"].values()} == machines


def test_no_stack_needs_a_lambda_function(templates: dict[str, dict[str, Any]]) -> None:
    kinds = {resource["Type"] for template in templates.values() for resource in template["Resources"].values()}
    assert [kind for kind in kinds if kind.startswith(("AWS::Lambda", "Custom::"))] == []


def test_settings_reach_the_stacks() -> None:
    settings = {"maxVcpus": 7, "spot": True, "image": "busybox:1.37", "instanceTypes": ["m7i.large"]}
    app = App(analytics_reporting=False, context={CONTEXT: settings})
    simple, queues = MapStack(app, "Simple"), PriorityQueuesStack(app, "Queues")
    image = Match.object_like({"ContainerProperties": {"Image": "busybox:1.37"}})
    Template.from_stack(simple).has_resource_properties("AWS::Batch::JobDefinition", image)
    fargate = Match.object_like({"ComputeResources": {"Type": "FARGATE_SPOT", "MaxvCpus": 7}})
    Template.from_stack(simple).has_resource_properties("AWS::Batch::ComputeEnvironment", fargate)
    instances = Match.object_like({"ComputeResources": {"InstanceTypes": ["m7i.large"], "MaxvCpus": 7}})
    Template.from_stack(queues).has_resource_properties("AWS::Batch::ComputeEnvironment", instances)
