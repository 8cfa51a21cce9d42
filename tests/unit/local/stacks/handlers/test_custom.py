"""Custom resources: their functions run, and what the functions of the CDK do is done."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from constructs_lib.local.account import Location
from constructs_lib.local.aws import EmbeddedAws
from tests.waiting import until

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
LOGS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "logs", "PolicyDocument": LOGS}],
    },
}
NUMBERS = """
import json
import cfnresponse

def handler(event, context):
    print(json.dumps(event))
    properties = event["ResourceProperties"]
    if properties.get("Fails") == event["RequestType"]:
        physical_id = event.get("PhysicalResourceId")
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, physical_id, reason="no numbers left")
    else:
        data = {"Double": str(2 * int(properties["Number"])), "Kind": event["RequestType"], "Told": properties}
        cfnresponse.send(event, context, cfnresponse.SUCCESS, data, "number-" + properties["Number"])
"""
USER = """
def on_event(event, context):
    if event["ResourceProperties"].get("Fails"):
        raise ValueError("nothing to give")
    return {"PhysicalResourceId": "given", "Data": {"Answer": event["RequestType"]}, "Asked": "yes"}

def is_complete(event, context):
    return {"IsComplete": event["Asked"] == "yes" and event["PhysicalResourceId"] == "given", "Data": {"More": "1"}}
"""
SILENT = "def handler(event, context):\n    raise KeyError('Number')\n"
ANYTHING = {"ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:of-the-cdk"}


def function(source: str, handler: str = "index.handler", **more: Any) -> dict[str, Any]:
    properties = {
        "Code": {"ZipFile": source},
        "Handler": handler,
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Runtime": "python3.12",
        "Timeout": 30,
        **more,
    }
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def custom(kind: str = "Custom::Number", **properties: Any) -> dict[str, Any]:
    token = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}
    return {"Type": kind, "Properties": {**token, **properties}}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


class Stack:
    """A stack of the module's account."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._cloudformation = aws.client("cloudformation")
        self._is_there = False

    def deploy(self, resources: dict[str, Any], **outputs: Any) -> tuple[str, dict[str, str]]:
        """Make it of resources, or change it; its status and its outputs."""
        body = {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in outputs.items()}}
        call = self._cloudformation.update_stack if self._is_there else self._cloudformation.create_stack
        template = json.dumps({name: value for name, value in body.items() if value})
        call(StackName="Custom", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
        self._is_there = True
        until(lambda: not self._described()["StackStatus"].endswith("_IN_PROGRESS"))
        found = self._described()
        return found["StackStatus"], {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}

    def _described(self) -> dict[str, Any]:
        return dict(self._cloudformation.describe_stacks(StackName="Custom")["Stacks"][0])

    def physical_id(self, logical_id: str) -> str:
        found = self._cloudformation.describe_stack_resources(StackName="Custom", LogicalResourceId=logical_id)
        return str(found["StackResources"][0]["PhysicalResourceId"])

    def reasons(self) -> list[str]:
        events = self._cloudformation.describe_stack_events(StackName="Custom")["StackEvents"]
        return [event["ResourceStatusReason"] for event in events if "ResourceStatusReason" in event]

    def delete(self) -> None:
        self._cloudformation.delete_stack(StackName="Custom")
        waiter = self._cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName="Custom", WaiterConfig={"Delay": 0.1, "MaxAttempts": 600})


@pytest.fixture
def stack(aws: EmbeddedAws) -> Iterator[Stack]:
    made = Stack(aws)
    yield made
    made.delete()


def test_a_function_makes_changes_and_deletes_a_custom_resource(aws: EmbeddedAws, stack: Stack) -> None:
    given = {"Role": ROLE, "Function": function(NUMBERS)}
    outputs = {"Double": {"Fn::GetAtt": ["It", "Double"]}, "Kind": {"Fn::GetAtt": ["It", "Kind"]}, "Id": {"Ref": "It"}}
    status, told = stack.deploy({**given, "It": custom(Number=2, Deep={"Flags": [True, 1.5]})}, **outputs)
    assert (status, told) == ("CREATE_COMPLETE", {"Double": "4", "Kind": "Create", "Id": "number-2"}), stack.reasons()

    status, told = stack.deploy({**given, "It": custom(Number=2, Deep="no more")}, **outputs)
    assert (status, told) == ("UPDATE_COMPLETE", {"Double": "4", "Kind": "Update", "Id": "number-2"})

    status, told = stack.deploy({**given, "It": custom(Number=3)}, **outputs)
    assert told == {"Double": "6", "Kind": "Update", "Id": "number-3"}
    stack.deploy(given)
    kinds = [(event["RequestType"], event.get("PhysicalResourceId")) for event in events(aws, stack)]
    assert kinds == [
        ("Create", None),
        ("Update", "number-2"),
        ("Update", "number-2"),
        ("Delete", "number-2"),
        ("Delete", "number-3"),
    ]
    first = events(aws, stack)[0]
    assert first["ResourceProperties"]["Deep"] == {"Flags": ["true", "1.5"]}
    assert (first["ResourceType"], first["LogicalResourceId"]) == ("Custom::Number", "It")


def events(aws: EmbeddedAws, stack: Stack) -> list[dict[str, Any]]:
    """What the function was told, in the order of time."""
    group = f"/aws/lambda/{stack.physical_id('Function')}"
    found = aws.client("logs").filter_log_events(logGroupName=group, filterPattern='"RequestType"')["events"]
    return [json.loads(item["message"]) for item in sorted(found, key=lambda item: item["timestamp"])]


def test_a_custom_resource_that_fails_rolls_its_stack_back_and_says_why(stack: Stack) -> None:
    given = {"Role": ROLE, "Function": function(NUMBERS)}
    stack.deploy({**given, "It": custom(Number=1)})
    status, _ = stack.deploy({**given, "It": custom(Number=5, Fails="Update")})
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    told = "Received response status [FAILED] from custom resource. Message returned: no numbers left (RequestId: "
    assert any(reason.startswith(told) for reason in stack.reasons())
    assert stack.physical_id("It") == "number-1"


def test_a_function_that_does_not_answer_fails_its_custom_resource(stack: Stack) -> None:
    status, _ = stack.deploy({"Role": ROLE, "Function": function(SILENT), "It": custom(Number=1)})
    assert status == "ROLLBACK_COMPLETE"
    assert any(
        "did not receive a response from your Custom Resource" in reason and "KeyError" in reason
        for reason in stack.reasons()
    )


def test_a_provider_of_the_cdk_s_framework_is_asked_by_what_its_functions_return(stack: Stack) -> None:
    framework = {
        "Runtime": "nodejs22.x",
        "Environment": {
            "Variables": {
                "USER_ON_EVENT_FUNCTION_ARN": {"Fn::GetAtt": ["OnEvent", "Arn"]},
                "USER_IS_COMPLETE_FUNCTION_ARN": {"Fn::GetAtt": ["IsComplete", "Arn"]},
            }
        },
    }
    given = {
        "Role": ROLE,
        "OnEvent": function(USER, "index.on_event"),
        "IsComplete": function(USER, "index.is_complete"),
        "Function": function("exports.onEvent = async () => ({});", "index.onEvent", **framework),
    }
    attributes = {name: {"Fn::GetAtt": ["It", name]} for name in ("Answer", "More")}
    status, told = stack.deploy({**given, "It": custom()}, **attributes)
    assert (status, told) == ("CREATE_COMPLETE", {"Answer": "Create", "More": "1"}), stack.reasons()
    assert stack.physical_id("It") == "given"
    status, _ = stack.deploy({**given, "It": custom(Fails="yes")}, **attributes)
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert any("ValueError: nothing to give" in reason for reason in stack.reasons())


def test_a_function_that_cannot_run_here_is_told(stack: Stack) -> None:
    javascript = function("exports.handler = async () => {};", Runtime="nodejs22.x")
    status, told = stack.deploy(
        {"Role": ROLE, "Function": javascript, "It": custom()}, Anything={"Fn::GetAtt": ["It", "Anything"]}
    )
    assert (status, told) == ("CREATE_COMPLETE", {"Anything": ""})
    assert "not emulated: its function was not run" in stack.reasons()


def test_no_answer_is_left_and_none_is_seen_among_buckets(aws: EmbeddedAws, stack: Stack) -> None:
    stack.deploy({"Role": ROLE, "Function": function(NUMBERS), "It": custom(Number=1)})
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_a_bucket_that_logs_to_itself_is_emptied_with_all_versions(aws: EmbeddedAws, stack: Stack) -> None:
    logging = {"LoggingConfiguration": {"LogFilePrefix": "logs/"}, "VersioningConfiguration": {"Status": "Enabled"}}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": logging}
    emptying = {"Type": "Custom::S3AutoDeleteObjects", "Properties": {**ANYTHING, "BucketName": {"Ref": "Bucket"}}}
    topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
    stack.deploy({**topic, "Bucket": bucket, "Emptying": emptying})
    s3, which = aws.client("s3"), {"Bucket": stack.physical_id("Bucket")}
    for body in (b"one", b"two"):
        s3.put_object(**which, Key="key", Body=body)
    s3.delete_object(**which, Key="key")
    assert stack.deploy(topic)[0] == "UPDATE_COMPLETE", stack.reasons()
    assert s3.list_buckets()["Buckets"] == []
    assert not any("not empty" in reason for reason in stack.reasons())


def test_a_call_of_the_sdk_is_made(aws: EmbeddedAws, stack: Stack) -> None:
    parameter = {"Name": "/called", "Value": "1", "Type": "String"}

    def calls(value: str) -> dict[str, Any]:
        put = {
            "service": "SSM",
            "action": "putParameter",
            "parameters": {**parameter, "Value": value, "Overwrite": "TRUE:BOOLEAN"},
            "physicalResourceId": {"id": "called"},
        }
        get = {
            "service": "@aws-sdk/client-ssm",
            "action": "GetParameterCommand",
            "parameters": {"Name": "/called"},
            "physicalResourceId": {"responsePath": "Parameter.ARN"},
            "outputPaths": ["Parameter.Value"],
        }
        gone = {
            "service": "ssm",
            "action": "deleteParameter",
            "parameters": {"Name": "/called"},
            "ignoreErrorCodesMatching": "ParameterNotFound",
        }
        return {
            "Put": {
                "Type": "Custom::AWS",
                "Properties": {
                    **ANYTHING,
                    "Create": json.dumps(put),
                    "Update": json.dumps(put),
                    "Delete": json.dumps(gone),
                },
            },
            "Get": {
                "Type": "Custom::AWS",
                "DependsOn": "Put",
                "Properties": {**ANYTHING, "Create": json.dumps(get), "Update": json.dumps(get), "Salt": value},
            },
        }

    outputs = {"Value": {"Fn::GetAtt": ["Get", "Parameter.Value"]}}
    status, told = stack.deploy(calls("one"), **outputs)
    assert (status, told) == ("CREATE_COMPLETE", {"Value": "one"}), stack.reasons()
    assert stack.physical_id("Put") == "called"
    assert stack.physical_id("Get") == "arn:aws:ssm:us-east-1:123456789012:parameter/called"
    assert stack.deploy(calls("two"), **outputs)[1] == {"Value": "two"}
    stack.deploy({"Bucket": {"Type": "AWS::S3::Bucket"}})
    with pytest.raises(ClientError, match="ParameterNotFound"):
        aws.client("ssm").get_parameter(Name="/called")


def test_the_files_of_archives_are_put_into_a_bucket(aws: EmbeddedAws, stack: Stack) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="assets")
    s3.create_bucket(Bucket="site")
    for name, files in (
        ("one.zip", {"index.html": "for <<who>>", "old/a.txt": "a"}),
        ("two.zip", {"index.html": "new"}),
    ):
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        s3.put_object(Bucket="assets", Key=name, Body=body.getvalue())

    def deployment(key: str, **more: Any) -> dict[str, Any]:
        properties = {
            **ANYTHING,
            "SourceBucketNames": ["assets"],
            "SourceObjectKeys": [key],
            "SourceMarkers": [{"<<who>>": {"Ref": "AWS::Region"}}],
            "DestinationBucketName": "site",
            "DestinationBucketKeyPrefix": "web/",
            **more,
        }
        return {"Site": {"Type": "Custom::CDKBucketDeployment", "Properties": properties}}

    def there() -> list[str]:
        return [item["Key"] for item in s3.list_objects_v2(Bucket="site").get("Contents", [])]

    status, _ = stack.deploy(deployment("one.zip"))
    assert status == "CREATE_COMPLETE", stack.reasons()
    assert there() == ["web/index.html", "web/old/a.txt"]
    found = s3.get_object(Bucket="site", Key="web/index.html")
    assert (found["Body"].read(), found["ContentType"]) == (b"for us-east-1", "text/html")
    made = stack.physical_id("Site")
    stack.deploy(deployment("two.zip", RetainOnDelete=False))
    assert (there(), stack.physical_id("Site")) == (["web/index.html"], made)
    stack.deploy({"Topic": {"Type": "AWS::SNS::Topic"}})
    assert there() == []
    for key in ("one.zip", "two.zip"):
        s3.delete_object(Bucket="assets", Key=key)
    for bucket in ("assets", "site"):
        s3.delete_bucket(Bucket=bucket)


def test_what_else_the_cdk_makes_by_functions_is_made(aws: EmbeddedAws, stack: Stack) -> None:
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Group": {
            "Type": "Custom::VpcRestrictDefaultSG",
            "Properties": {
                **ANYTHING,
                "Account": {"Ref": "AWS::AccountId"},
                "DefaultSecurityGroupId": {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]},
            },
        },
        "Logs": {
            "Type": "Custom::LogRetention",
            "Properties": {**ANYTHING, "LogGroupName": "/aws/lambda/one", "RetentionInDays": 7},
        },
        "Provider": {
            "Type": "Custom::AWSCDKOpenIdConnectProvider",
            "Properties": {**ANYTHING, "Url": "https://example.com", "ClientIDList": ["one"]},
        },
        "Writer": {
            "Type": "Custom::CrossRegionExportWriter",
            "Properties": {**ANYTHING, "WriterProps": {"region": "eu-west-1", "exports": {"/cdk/exports/a": "1"}}},
        },
        "Reader": {
            "Type": "Custom::CrossRegionExportReader",
            "Properties": {**ANYTHING, "ReaderProps": {"region": "us-east-1", "imports": {"/cdk/exports/b": "2"}}},
        },
    }
    status, told = stack.deploy(
        resources,
        Group={"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]},
        Provider={"Ref": "Provider"},
        Read={"Fn::GetAtt": ["Reader", "/cdk/exports/b"]},
    )
    assert status == "CREATE_COMPLETE", stack.reasons()
    [group] = aws.client("ec2").describe_security_groups(GroupIds=[told["Group"]])["SecurityGroups"]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])
    [logs] = aws.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/one")["logGroups"]
    assert logs["retentionInDays"] == 7
    which = {"OpenIDConnectProviderArn": told["Provider"]}
    assert aws.client("iam").get_open_id_connect_provider(**which)["ClientIDList"] == ["one"]
    there = aws.client("ssm", Location("123456789012", "eu-west-1"))
    assert there.get_parameter(Name="/cdk/exports/a")["Parameter"]["Value"] == "1"
    assert told["Read"] == "2"
    assert not any("not emulated" in reason for reason in stack.reasons())


def test_what_a_bucket_tells_is_set_for_buckets_of_the_stack_and_of_others(aws: EmbeddedAws, stack: Stack) -> None:
    s3, sqs = aws.client("s3"), aws.client("sqs")
    s3.create_bucket(Bucket="of-others")
    for name in ("of-others", "new"):
        sqs.create_queue(QueueName=name)
    before = {"Events": ["s3:ObjectCreated:*"], "QueueArn": "arn:aws:sqs:us-east-1:123456789012:of-others", "Id": "old"}
    s3.put_bucket_notification_configuration(
        Bucket="of-others", NotificationConfiguration={"QueueConfigurations": [before]}
    )

    def notifications(bucket: Any, *, managed: bool, event: str = "s3:ObjectRemoved:*", **more: Any) -> dict[str, Any]:
        queue = {"Events": [event], "QueueArn": "arn:aws:sqs:us-east-1:123456789012:new"}
        wanted = {"QueueConfigurations": [queue], **more}
        properties = {**ANYTHING, "BucketName": bucket, "NotificationConfiguration": wanted, "Managed": managed}
        return {"Type": "Custom::S3BucketNotifications", "Properties": properties}

    def told(bucket: str) -> tuple[list[str], bool]:
        found = s3.get_bucket_notification_configuration(Bucket=bucket)
        events = [item["Events"][0] for item in found.get("QueueConfigurations", [])]
        return events, "EventBridgeConfiguration" in found

    own = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "of-the-stack"}}
    made = {
        "Bucket": own,
        "Own": notifications({"Ref": "Bucket"}, managed=True, EventBridgeConfiguration={}),
        "Others": notifications("of-others", managed=False, EventBridgeConfiguration={}),
    }
    status, _ = stack.deploy(made)
    assert status == "CREATE_COMPLETE", stack.reasons()
    assert told("of-the-stack") == (["s3:ObjectRemoved:*"], True)
    assert told("of-others") == (["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], True)
    changed = {"Bucket": own, "Others": notifications("of-others", managed=False, event="s3:ObjectTagging:*")}
    status, _ = stack.deploy(changed)
    assert status == "UPDATE_COMPLETE", stack.reasons()
    assert told("of-the-stack") == ([], False)
    assert told("of-others") == (["s3:ObjectCreated:*", "s3:ObjectTagging:*"], True)
    stack.deploy({"Bucket": own})
    assert told("of-others") == (["s3:ObjectCreated:*"], True)
    [kept] = s3.get_bucket_notification_configuration(Bucket="of-others")["QueueConfigurations"]
    assert kept == before
    s3.delete_bucket(Bucket="of-others")
