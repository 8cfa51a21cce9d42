"""Policies of buckets in templates: they count as long as they are there; so does what blocks public access."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.unit.local.signatures.requests import Sent


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


def template(bucket: dict[str, Any], *statements: dict[str, Any]) -> str:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    resources = {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "of-a-stack", **bucket}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document},
        },
    }
    return json.dumps({"Resources": resources, "Outputs": {"Ref": {"Value": {"Ref": "Policy"}}}})


def deploy(aws: EmbeddedAws, kind: str, body: str) -> tuple[str, list[str]]:
    """Deploy by a change set, as the CDK does: the status of the stack, and why it is that."""
    cloudformation, named = aws.client("cloudformation"), {"StackName": "Stack", "ChangeSetName": kind}
    cloudformation.create_change_set(**named, ChangeSetType=kind, TemplateBody=body)
    cloudformation.execute_change_set(**named)
    events = cloudformation.describe_stack_events(StackName="Stack")["StackEvents"]
    reasons = [event["ResourceStatusReason"] for event in events if event.get("ResourceStatusReason")]
    return cloudformation.describe_stacks(StackName="Stack")["Stacks"][0]["StackStatus"], reasons


def anybody(aws: EmbeddedAws) -> int:
    return Sent("GET", "/of-a-stack/key", {"Host": "localhost"}).to(aws.endpoint_url).status


OPEN = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}
READ = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::of-a-stack/*"}


def test_a_policy_lives_as_its_stack_does(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3")
    assert deploy(aws, "CREATE", template(OPEN, READ))[0] == "CREATE_COMPLETE"
    outputs = aws.client("cloudformation").describe_stacks(StackName="Stack")["Stacks"][0]["Outputs"]
    assert outputs == [{"OutputKey": "Ref", "OutputValue": "of-a-stack"}]
    block = s3.get_public_access_block(Bucket="of-a-stack")["PublicAccessBlockConfiguration"]
    assert [name for name, is_on in block.items() if is_on] == ["BlockPublicAcls"]
    s3.put_object(Bucket="of-a-stack", Key="key", Body=b"text")
    assert anybody(aws) == 200

    unless_by_tls = {"Bool": {"aws:SecureTransport": "false"}}
    only_by_tls = {**READ, "Effect": "Deny", "Action": "s3:*", "Condition": unless_by_tls}
    writer = {**OPEN, "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}
    assert deploy(aws, "UPDATE", template(writer, only_by_tls))[0] == "UPDATE_COMPLETE"
    assert anybody(aws) == 403
    rules = s3.get_bucket_ownership_controls(Bucket="of-a-stack")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "ObjectWriter"}]

    unknown = {**READ, "Effect": "Deny", "Condition": {"Bool": {"aws:Novel": "true"}}}
    status, reasons = deploy(aws, "UPDATE", template(OPEN, unknown))
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert any("it does not know the condition keys aws:Novel" in reason for reason in reasons)
    assert "SecureTransport" in s3.get_bucket_policy(Bucket="of-a-stack")["Policy"]

    s3.delete_object(Bucket="of-a-stack", Key="key")
    aws.client("cloudformation").delete_stack(StackName="Stack")
    assert s3.list_buckets()["Buckets"] == []


def test_a_public_policy_of_a_bucket_that_blocks_it_is_rolled_back_with_the_reason(aws: EmbeddedAws) -> None:
    status, reasons = deploy(aws, "CREATE", template({}, READ))
    assert status == "ROLLBACK_COMPLETE"
    assert any("public policies are blocked by the BlockPublicPolicy" in reason for reason in reasons)
    aws.client("cloudformation").delete_stack(StackName="Stack")
