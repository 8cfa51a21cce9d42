"""What provides an interface is told by classes: made, imported, put together by jsii, or written by a user."""

from collections.abc import Mapping
from typing import Any

import jsii
import pytest
from aws_cdk import App, CfnParameter, Environment, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib import BatchBudget, ConfigurationError, ContainerJob, FargateComputeEnvironment
from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.core.checked.fitting import fits
from constructs_lib.core.checked.interfaces import provides
from constructs_lib.core.platform import Platform
from constructs_lib.storage.job_storage import JobStorage
from tests.unit.core.right_calls import Parts


@pytest.fixture(scope="module")
def parts() -> Parts:
    env = Environment(account="123456789012", region="eu-west-1")
    return Parts(Stack(App(analytics_reporting=False), "Stack", env=env))


def test_what_is_made_imported_or_looked_up_provides_its_interfaces(parts: Parts) -> None:
    stack = parts.stack
    imported = {
        ec2.IVpc: ec2.Vpc.from_lookup(stack, "Looked", vpc_id="vpc-1"),
        iam.IRole: iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/x"),
        s3.IBucket: s3.Bucket.from_bucket_name(stack, "Imported", "name"),
        batch.IJobQueue: batch.JobQueue.from_job_queue_arn(
            stack, "ImportedQueue", "arn:aws:batch:eu-west-1:123456789012:job-queue/x"
        ),
        ec2.ISecurityGroup: ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1"),
        iam.IPrincipal: iam.ServicePrincipal("ecs-tasks.amazonaws.com").with_conditions({"Bool": {"a": "true"}}),
        sfn.IChainable: sfn.Chain.start(sfn.Pass(stack, "One")).next(sfn.Pass(stack, "Two")),
    }
    made = {ec2.IVpc: parts.vpc, s3.IBucket: parts.bucket, batch.IJobQueue: parts.queue, iam.IGrantable: parts.job}
    for interface, value in [*imported.items(), *made.items()]:
        assert provides(value, interface), interface
        assert not provides(type(value), interface)
        assert not provides(stack, interface), interface
    assert not provides(parts.fargate, batch.IJobQueue)
    assert not provides(parts.queue, batch.IJobDefinition)


def test_a_class_of_a_user_provides_what_it_implements(parts: Parts) -> None:
    @jsii.implements(ec2.IConnectable)
    class Database(Construct):
        @property
        def connections(self) -> ec2.Connections:
            return ec2.Connections()

    class SameMembers:
        connections = None

    assert fits(ec2.IConnectable)(Database(parts.stack, "Database"))
    assert fits(ec2.IConnectable)(SameMembers())
    assert not fits(ec2.IConnectable)(object())


class _Variable:
    """A storage that somebody writes for themselves."""

    mount_path: str | None = None

    def __init__(self) -> None:
        self.variables: Mapping[str, str] = {"DATABASE": "here"}

    def check(self, place: ArgumentPath, platform: Platform) -> None: ...

    def volume(self, name: str) -> batch.EcsVolume | None: ...

    def volume_overrides(self) -> Mapping[str, Any]:
        return {}

    def grant(self, role: iam.IRole) -> None: ...


def test_a_storage_of_a_user_is_taken(parts: Parts) -> None:
    assert provides(_Variable(), JobStorage)
    job = ContainerJob(parts.stack, "Stored", **{**parts.job_options, "storage": [_Variable()]})
    assert job.program.environment == {"DATABASE": "here"}


def test_a_list_that_is_known_when_it_is_deployed_is_taken(parts: Parts) -> None:
    emails = CfnParameter(parts.stack, "Emails", type="CommaDelimitedList").value_as_list
    BatchBudget(parts.stack, "Budget", monthly_usd=5, tag=("team", "x"), emails=emails)


def test_nothing_is_asked_of_aws_cdk_lib(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each question crosses to another process and back."""
    given = {"vpc": parts.vpc, "max_vcpus": "many"}
    asked: list[str] = []
    kernel = jsii.kernel
    for name in ("get", "invoke", "sinvoke", "sget"):
        original = getattr(kernel, name)
        monkeypatch.setattr(kernel, name, lambda *args, _n=name, _o=original: (asked.append(_n), _o(*args))[1])
    with pytest.raises(ConfigurationError):
        FargateComputeEnvironment(Stack, "Id", **given)
    assert asked == []
