"""CloudFormation makes what the role of a deployment may make; at the first thing that it may not, it rolls back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.aws import EmbeddedAws

QUEUE = {"Type": "AWS::SQS::Queue"}
BUCKET = {"Type": "AWS::S3::Bucket"}
JOB: dict[str, Any] = {
    "Type": "AWS::Batch::JobDefinition",
    "Properties": {
        "Type": "container",
        "ContainerProperties": {
            "Image": "none",
            "JobRoleArn": "arn:aws:iam::123456789012:role/job",
            "ResourceRequirements": [{"Type": "VCPU", "Value": "1"}, {"Type": "MEMORY", "Value": "2048"}],
        },
    },
}
TASK = {
    "Type": "AWS::Batch::JobDefinition",
    "Properties": {
        "Type": "container",
        "EcsProperties": {
            "TaskProperties": [
                {
                    "TaskRoleArn": "arn:aws:iam::123456789012:role/job",
                    "Containers": [
                        {
                            "Image": "none",
                            "ResourceRequirements": [
                                {"Type": "VCPU", "Value": "1"},
                                {"Type": "MEMORY", "Value": "2048"},
                            ],
                        }
                    ],
                }
            ]
        },
    },
}
NODES = {
    "Type": "AWS::Batch::JobDefinition",
    "Properties": {
        "Type": "multinode",
        "NodeProperties": {
            "NumNodes": 2,
            "MainNode": 0,
            "NodeRangeProperties": [{"TargetNodes": "0:", "Container": JOB["Properties"]["ContainerProperties"]}],
        },
    },
}


class Account:
    """An account with roles to deploy by."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws, self.iam = aws, aws.client("iam")
        self._number = 0

    def role(self, *actions: str, service: str | None = "cloudformation.amazonaws.com") -> str:
        """Make a role that may do this; one without a service can be taken on by everybody in the account."""
        self._number += 1
        name = f"deployer-{self._number}"
        principal = {"Service": service} if service else {"AWS": "arn:aws:iam::123456789012:root"}
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        rights = {"Effect": "Allow", "Action": [*actions, "iam:GetRole"], "Resource": "*"}
        made = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=_policy(rights))
        return str(made)

    def deploy(self, resource: dict[str, Any], client: Any = None, **options: Any) -> tuple[str, str]:
        """Deploy one resource; how that ended, and the reasons told."""
        self._number += 1
        name, cloudformation = f"stack-{self._number}", client or self.aws.client("cloudformation")
        template = json.dumps({"Resources": {"Resource": resource}})
        named = {"StackName": name, "ChangeSetName": "change"}
        cloudformation.create_change_set(**named, ChangeSetType="CREATE", TemplateBody=template, **options)
        cloudformation.execute_change_set(**named)
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        return (
            cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"],
            " ".join(event.get("ResourceStatusReason", "") for event in events),
        )

    def client_of(self, role: str) -> Any:
        """CloudFormation, called by a session of a role."""
        session = self.aws.client("sts").assume_role(RoleArn=role, RoleSessionName="ada")["Credentials"]
        return boto3.client(
            "cloudformation",
            endpoint_url=self.aws.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as aws:
        yield Account(aws)


def test_a_role_makes_what_it_may_and_nothing_else(account: Account) -> None:
    role = account.role("sqs:*")
    assert account.deploy(QUEUE, RoleARN=role)[0] == "CREATE_COMPLETE"
    status, reasons = account.deploy(BUCKET, RoleARN=role)
    assert status == "ROLLBACK_COMPLETE"
    assert f"assumed-role/{role.rpartition('/')[2]}/" in reasons
    assert "is not authorized to perform: s3:CreateBucket on resource: *" in reasons


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        (["batch:RegisterJobDefinition", "iam:PassRole"], "CREATE_COMPLETE"),
        (["batch:RegisterJobDefinition"], "ROLLBACK_COMPLETE"),
    ],
)
@pytest.mark.parametrize("job", [JOB, TASK, NODES], ids=["container", "task", "nodes"])
def test_roles_in_properties_have_to_be_passed(
    account: Account, job: dict[str, Any], actions: list[str], status: str
) -> None:
    ended, reasons = account.deploy(job, RoleARN=account.role(*actions))
    assert ended == status, reasons
    assert ("iam:PassRole on resource: arn:aws:iam::123456789012:role/job" in reasons) == (ended != "CREATE_COMPLETE")


def test_a_role_that_does_not_trust_cloudformation_makes_nothing(account: Account) -> None:
    status, reasons = account.deploy(QUEUE, RoleARN=account.role("*", service="lambda.amazonaws.com"))
    assert status == "ROLLBACK_COMPLETE"
    assert "sts:AssumeRole" in reasons


def test_without_a_role_the_rights_of_the_caller_count(account: Account) -> None:
    client = account.client_of(account.role("cloudformation:*", "sqs:*", service=None))
    assert account.deploy(QUEUE, client)[0] == "CREATE_COMPLETE"
    assert "s3:CreateBucket" in account.deploy(BUCKET, client)[1]


def test_whoever_hands_a_role_over_has_to_be_allowed_to(account: Account) -> None:
    client = account.client_of(account.role("cloudformation:*", service=None))
    with pytest.raises(ClientError, match="iam:PassRole"):
        account.deploy(QUEUE, client, RoleARN=account.role("sqs:*"))


def test_without_iam_every_role_makes_everything(account: Account, tmp_path: Path) -> None:
    account.aws.close()
    with EmbeddedAws(tmp_path, iam=False) as aws:
        free = Account(aws)
        assert free.deploy(BUCKET, RoleARN=free.role("sqs:*"))[0] == "CREATE_COMPLETE"
