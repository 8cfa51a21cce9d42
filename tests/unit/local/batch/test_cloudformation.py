"""AWS::Batch resources of a stack: made, updated in place or replaced, deleted; Ref and Fn::GetAtt."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import settled_stack

LICENSES = {"ConsumableResourceName": "licenses", "ResourceType": "REPLENISHABLE"}
ROLE = "arn:aws:iam::123456789012:role/execution"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run"), iam=False) as made:
        yield made


def container(memory: str) -> dict[str, Any]:
    resources = [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": memory}]
    return {"Image": "none", "ExecutionRoleArn": ROLE, "ResourceRequirements": resources}


def template(*, most: int = 4, subnets: int = 1, priority: int = 1, memory: str = "2048") -> dict[str, Any]:
    """An environment, a policy, a resource, a queue over them and a definition, with what the tests change."""
    compute = {
        "Type": "FARGATE",
        "MaxvCpus": most,
        "Subnets": [f"subnet-{index}" for index in range(subnets)],
        "SecurityGroupIds": ["group"],
    }
    order = [{"Order": 1, "ComputeEnvironment": {"Ref": "Environment"}}]
    resources = {
        "Environment": ("ComputeEnvironment", {"Type": "managed", "ComputeResources": compute}),
        "Policy": ("SchedulingPolicy", {"Name": "fair", "FairsharePolicy": {"ShareDecaySeconds": 60 * most}}),
        "Licenses": (
            "ConsumableResource",
            {"ConsumableResourceName": "licenses", "ResourceType": "REPLENISHABLE", "TotalQuantity": most},
        ),
        "Queue": (
            "JobQueue",
            {
                "Priority": priority,
                "ComputeEnvironmentOrder": order,
                "SchedulingPolicyArn": {"Fn::GetAtt": ["Policy", "Arn"]},
            },
        ),
        "Definition": (
            "JobDefinition",
            {"Type": "container", "PlatformCapabilities": ["FARGATE"], "ContainerProperties": container(memory)},
        ),
    }
    outputs = {
        "Environment": {"Fn::GetAtt": ["Environment", "ComputeEnvironmentArn"]},
        "Queue": {"Ref": "Queue"},
        "Definition": {"Ref": "Definition"},
        "Licenses": {"Fn::GetAtt": ["Licenses", "AvailableQuantity"]},
    }
    return {
        "Resources": {
            name: {"Type": f"AWS::Batch::{kind}", "Properties": properties}
            for name, (kind, properties) in resources.items()
        },
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }


def deploy(aws: EmbeddedAws, operation: str, body: dict[str, Any]) -> dict[str, str]:
    cloudformation = aws.client("cloudformation")
    getattr(cloudformation, operation)(StackName="stack", TemplateBody=json.dumps(body))
    [stack] = cloudformation.describe_stacks(StackName="stack")["Stacks"]
    assert stack["StackStatus"].endswith("_COMPLETE"), stack
    return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}


@pytest.fixture
def stack(aws: EmbeddedAws) -> Iterator[dict[str, str]]:
    yield deploy(aws, "create_stack", template())
    aws.client("cloudformation").delete_stack(StackName="stack")


def test_a_stack_is_made_with_its_attributes(aws: EmbeddedAws, stack: dict[str, str]) -> None:
    [queue] = aws.client("batch").describe_job_queues()["jobQueues"]
    assert queue["jobQueueArn"] == stack["Queue"]
    assert queue["jobQueueType"] == "ECS_FARGATE"
    assert queue["schedulingPolicyArn"].endswith(":scheduling-policy/fair")
    assert [entry["computeEnvironment"] for entry in queue["computeEnvironmentOrder"]] == [stack["Environment"]]
    assert stack["Definition"].endswith(":1")
    assert stack["Licenses"] == "4"


def test_capacity_and_priority_are_updated_in_place(aws: EmbeddedAws, stack: dict[str, str]) -> None:
    batch = aws.client("batch")
    updated = deploy(aws, "update_stack", template(most=8, subnets=2, priority=5))
    assert {**updated, "Licenses": "4"} == stack
    [environment] = batch.describe_compute_environments()["computeEnvironments"]
    [queue] = batch.describe_job_queues()["jobQueues"]
    [policy] = batch.describe_scheduling_policies(arns=[queue["schedulingPolicyArn"]])["schedulingPolicies"]
    assert environment["computeResources"]["maxvCpus"] == 8
    assert len(environment["computeResources"]["subnets"]) == 2
    assert queue["priority"] == 5
    assert policy["fairsharePolicy"]["shareDecaySeconds"] == 480
    assert batch.describe_consumable_resource(consumableResource="licenses")["totalQuantity"] == 8


def test_another_definition_is_a_new_revision_and_the_old_one_is_deregistered(
    aws: EmbeddedAws,
    stack: dict[str, str],
) -> None:
    batch = aws.client("batch")
    updated = deploy(aws, "update_stack", template(memory="4096"))
    assert updated["Definition"] == stack["Definition"].removesuffix(":1") + ":2"
    name = updated["Definition"].rpartition("/")[2].partition(":")[0]
    revisions = batch.describe_job_definitions(jobDefinitionName=name)["jobDefinitions"]
    assert [(item["revision"], item["status"]) for item in revisions] == [(2, "ACTIVE"), (1, "INACTIVE")]


def test_the_old_revision_stays_when_the_template_asks_for_it(aws: EmbeddedAws, stack: dict[str, str]) -> None:
    body = template(memory="4096")
    body["Resources"]["Definition"]["Properties"]["ResourceRetentionPolicy"] = {"SkipDeregisterOnUpdate": True}
    deploy(aws, "update_stack", body)
    name = stack["Definition"].rpartition("/")[2].partition(":")[0]
    revisions = aws.client("batch").describe_job_definitions(jobDefinitionName=name, status="ACTIVE")["jobDefinitions"]
    assert [item["revision"] for item in revisions] == [2, 1]


def test_another_kind_of_environment_replaces_it_under_the_queue(aws: EmbeddedAws, stack: dict[str, str]) -> None:
    batch = aws.client("batch")
    body = template()
    body["Resources"]["Environment"]["Properties"]["ComputeResources"]["Type"] = "FARGATE_SPOT"
    updated = deploy(aws, "update_stack", body)
    assert updated["Environment"] != stack["Environment"]
    [queue] = batch.describe_job_queues()["jobQueues"]
    assert [entry["computeEnvironment"] for entry in queue["computeEnvironmentOrder"]] == [updated["Environment"]]
    [environment] = batch.describe_compute_environments()["computeEnvironments"]
    assert environment["computeEnvironmentArn"] == updated["Environment"]


def tagged(tags: dict[str, str]) -> dict[str, Any]:
    body = template()
    for resource in body["Resources"].values():
        resource["Properties"]["Tags"] = tags
    return body


def test_tags_change_in_place_and_replace_environments_alone(aws: EmbeddedAws, stack: dict[str, str]) -> None:
    # As the resource schemas of CloudFormation say: Tags is among the createOnlyProperties of environments only.
    batch = aws.client("batch")
    before = deploy(aws, "update_stack", tagged({"team": "red", "old": "1"}))
    after = deploy(aws, "update_stack", tagged({"team": "blue"}))
    assert after["Queue"] == before["Queue"] == stack["Queue"]
    assert len({stack["Environment"], before["Environment"], after["Environment"]}) == 3
    [queue] = batch.describe_job_queues()["jobQueues"]
    [environment] = batch.describe_compute_environments()["computeEnvironments"]
    licenses = batch.describe_consumable_resource(consumableResource="licenses")["consumableResourceArn"]
    for arn in (queue["jobQueueArn"], queue["schedulingPolicyArn"], licenses, environment["computeEnvironmentArn"]):
        assert batch.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "blue"}


def test_an_environment_under_another_name_takes_over_the_queue(aws: EmbeddedAws, stack: dict[str, str]) -> None:
    batch = aws.client("batch")
    body = json.loads(json.dumps(template()).replace('"Environment"', '"Successor"'))
    updated = deploy(aws, "update_stack", body)
    [queue] = batch.describe_job_queues()["jobQueues"]
    assert [entry["computeEnvironment"] for entry in queue["computeEnvironmentOrder"]] == [updated["Successor"]]
    [environment] = batch.describe_compute_environments()["computeEnvironments"]
    assert environment["computeEnvironmentArn"] == updated["Successor"] != stack["Environment"]


def test_deleting_a_stack_deletes_all_of_it(aws: EmbeddedAws) -> None:
    batch = aws.client("batch")
    definition = deploy(aws, "create_stack", template())["Definition"]
    aws.client("cloudformation").delete_stack(StackName="stack")
    assert batch.describe_job_queues()["jobQueues"] == []
    assert batch.describe_compute_environments()["computeEnvironments"] == []
    assert batch.list_scheduling_policies()["schedulingPolicies"] == []
    assert batch.list_consumable_resources()["consumableResources"] == []
    [revision] = batch.describe_job_definitions(jobDefinitions=[definition])["jobDefinitions"]
    assert revision["status"] == "INACTIVE"


def test_deleting_a_stack_ends_the_jobs_that_run(aws: EmbeddedAws) -> None:
    batch = aws.client("batch")
    body = template()
    body["Resources"]["Queue"]["Properties"].pop("SchedulingPolicyArn")
    made = deploy(aws, "create_stack", body)
    command = {"command": ["sleep", "60"]}
    job_id = batch.submit_job(
        jobName="job",
        jobQueue=made["Queue"],
        jobDefinition=made["Definition"],
        containerOverrides=command,
    )["jobId"]
    cloudformation = aws.client("cloudformation")
    stack = settled_stack(cloudformation, "stack")["StackId"]
    cloudformation.delete_stack(StackName="stack")
    assert settled_stack(cloudformation, stack)["StackStatus"] == "DELETE_COMPLETE"
    [job] = batch.describe_jobs(jobs=[job_id])["jobs"]
    assert job["status"] == "FAILED"
    assert "is being deleted" in job["statusReason"]
    assert batch.describe_compute_environments()["computeEnvironments"] == []


def test_what_batch_refuses_fails_the_stack(aws: EmbeddedAws) -> None:
    body = template(memory="1234")
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName="refused", TemplateBody=json.dumps(body))
    assert settled_stack(cloudformation, "refused")["StackStatus"] == "ROLLBACK_COMPLETE"
    events = cloudformation.describe_stack_events(StackName="refused")["StackEvents"]
    [failed] = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert failed["LogicalResourceId"] == "Definition"
    assert "Fargate resource requirements" in failed["ResourceStatusReason"]
