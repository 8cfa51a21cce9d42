"""The bucket of fan-outs: one per stack, or the user's; and who may use it."""

from typing import Any

import pytest
from aws_cdk import Annotations, App, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib import ArrayFanOut
from tests.unit.workflows.synthesized import Resources, job, queue, resources_of, state_machine, statements


def of_type(resources: Resources, kind: str) -> list[dict[str, Any]]:
    return [resource for resource in resources.values() if resource["Type"] == kind]


class TestDefault:
    def test_all_fan_outs_of_a_stack_share_one(self, resources: Resources) -> None:
        assert len(of_type(resources, "AWS::S3::Bucket")) == 1

    def test_it_is_private_and_encrypted(self, resources: Resources) -> None:
        [bucket] = of_type(resources, "AWS::S3::Bucket")
        properties = bucket["Properties"]
        assert all(properties["PublicAccessBlockConfiguration"].values())
        assert len(properties["PublicAccessBlockConfiguration"]) == 4
        [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        [policy] = of_type(resources, "AWS::S3::BucketPolicy")
        [deny] = policy["Properties"]["PolicyDocument"]["Statement"]
        assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})

    def test_what_is_in_it_expires(self, resources: Resources) -> None:
        [bucket] = of_type(resources, "AWS::S3::Bucket")
        [rule] = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        assert rule["ExpirationInDays"] == 30
        assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}

    def test_results_outlive_the_stack(self, resources: Resources) -> None:
        [bucket] = of_type(resources, "AWS::S3::Bucket")
        assert bucket["DeletionPolicy"] == "Retain"

    def test_the_job_may_read_lists_and_write_results(self, resources: Resources) -> None:
        [(_, right)] = statements(resources, "JobRole").items()
        assert right["Action"] == ["s3:GetObject", "s3:PutObject"]
        assert right["Resource"] == "<FanOutBucket6B15AD43.Arn>/fan-out/*"


class TestCustom:
    @pytest.fixture(scope="class")
    @classmethod
    def resources(cls) -> Resources:
        def build(stack: Stack) -> None:
            given = s3.Bucket(stack, "Given", encryption_key=kms.Key(stack, "Key"))
            fan_out = ArrayFanOut(stack, "Tiles", job=job(stack), queue=queue(stack), bucket=given)
            assert fan_out.bucket is given
            state_machine(stack, fan_out)

        return resources_of(build)

    def test_no_other_bucket_is_made(self, resources: Resources) -> None:
        assert len(of_type(resources, "AWS::S3::Bucket")) == 1

    def test_state_machine_and_job_may_use_its_key(self, resources: Resources) -> None:
        machine, role = statements(resources), statements(resources, "JobRole")
        assert machine["s3:PutObject"]["Resource"] == "<GivenEA18D9CA.Arn>/fan-out/*"
        assert machine["kms:GenerateDataKey"]["Resource"] == "<Key961B73FD.Arn>"
        assert role["kms:Decrypt"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
        assert role["kms:Decrypt"]["Resource"] == "<Key961B73FD.Arn>"


def test_the_role_of_an_imported_definition_is_left_alone() -> None:
    def build(stack: Stack) -> None:
        arn = "arn:aws:batch:eu-west-1:111122223333:job-definition/tiles:3"
        imported = batch.EcsJobDefinition.from_job_definition_arn(stack, "Imported", arn)
        state_machine(stack, ArrayFanOut(stack, "Tiles", job=imported, queue=queue(stack)))

    resources = resources_of(build)
    assert len(of_type(resources, "AWS::IAM::Policy")) == 1
    assert statements(resources)["batch:SubmitJob"]["Resource"][0].endswith("tiles:3")


def test_a_job_without_a_role_is_warned_about_and_can_be_acknowledged() -> None:
    stack = Stack(App(analytics_reporting=False), "Stack")
    container = batch.EcsEc2ContainerDefinition(
        stack, "BareContainer", image=ecs.ContainerImage.from_registry("busybox:1"), cpu=1, memory=Size.mebibytes(128)
    )
    bare, waiting = batch.EcsJobDefinition(stack, "Bare", container=container), queue(stack)
    warned = ArrayFanOut(stack, "Tiles", job=bare, queue=waiting)
    acknowledged = ArrayFanOut(stack, "Charts", job=bare, queue=waiting)
    Annotations.of(acknowledged).acknowledge_warning("constructs-lib:jobWithoutRole")
    silent = ArrayFanOut(stack, "Maps", job=job(stack), queue=waiting)
    [[told], *others] = [warnings_of(each) for each in (warned, acknowledged, silent)]
    assert told.startswith("The job has no role, so its container has no credentials")
    assert others == [[], []]


def warnings_of(construct: Construct) -> list[str]:
    return [str(entry.data) for entry in construct.node.metadata if entry.type == "aws:cdk:warning"]
