"""Updates of stacks in CloudFormation's order, with resources that moto has itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.cloudformation import parsing

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.stacks import updates


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("run")) as made:
        yield made


def template(environment: str, kind: str) -> dict[str, Any]:
    """A queue over an environment of some logical id and kind."""
    compute = {"Type": kind, "MaxvCpus": 1, "Subnets": ["subnet"], "SecurityGroupIds": ["group"]}
    order = [{"Order": 1, "ComputeEnvironment": {"Fn::Sub": f"${{{environment}}}"}}]
    return {
        "Resources": {
            "Queue": {
                "Type": "AWS::Batch::JobQueue",
                "Properties": {"Priority": 1, "ComputeEnvironmentOrder": order},
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
            },
            environment: {
                "Type": "AWS::Batch::ComputeEnvironment",
                "Properties": {"Type": "MANAGED", "ComputeResources": compute},
            },
        }
    }


def update(aws: EmbeddedAws, name: str, old: dict[str, Any], new: dict[str, Any]) -> tuple[str, str]:
    """Make a stack and update it; the environment that its queue uses, and the one that it has."""
    cloudformation, batch = aws.client("cloudformation"), aws.client("batch")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(old))
    cloudformation.update_stack(StackName=name, TemplateBody=json.dumps(new))
    resources = {
        item["ResourceType"]: item["PhysicalResourceId"]
        for item in cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"]
    }
    [queue] = batch.describe_job_queues(jobQueues=[resources["AWS::Batch::JobQueue"]])["jobQueues"]
    return queue["computeEnvironmentOrder"][0]["computeEnvironment"], resources["AWS::Batch::ComputeEnvironment"]


@pytest.mark.parametrize("successor", ["Environment", "Another"])
def test_what_replaces_a_resource_reaches_those_that_refer_to_it(aws: EmbeddedAws, successor: str) -> None:
    used, made = update(aws, successor, template("Environment", "FARGATE"), template(successor, "FARGATE_SPOT"))
    assert used == made


def test_moto_forgets_who_refers_to_a_replaced_resource(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing.ResourceMap, "update", updates._update)
    used, made = update(aws, "forgets", template("Environment", "FARGATE"), template("Environment", "FARGATE_SPOT"))
    assert used != made


def test_moto_removes_before_it_updates(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing.ResourceMap, "update", updates._update)
    with pytest.raises(ClientError, match="found existing JobQueue relationship"):
        update(aws, "removes", template("Environment", "FARGATE"), template("Another", "FARGATE"))
