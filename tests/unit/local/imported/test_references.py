"""What a template imports: found by the properties that ids stand in, and by ARNs; what it makes itself is not."""

from typing import Any

import pytest

from constructs_lib.local.account import Location
from constructs_lib.local.imported.references import Entry, imported_by, vpc_of
from constructs_lib.templates.unknown import Source, joined

HERE = Location("123456789012", "eu-central-1")


def imported(kind: str = "AWS::Lambda::Function", /, **properties: Any) -> list[str]:
    return [str(item) for item in imported_by([Entry(kind, properties)], HERE)]


def arn(service: str, rest: str, region: str = "eu-central-1", account: str = "123456789012") -> str:
    return f"arn:aws:{service}:{region}:{account}:{rest}"


ROLE = arn("iam", "role/teams/worker", region="")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"VpcId": "vpc-12345"}, ["VPC vpc-12345"]),
        ({"ComputeResources": {"Subnets": ["p-12345", "s-67890"]}}, ["subnet p-12345", "subnet s-67890"]),
        (
            {"VpcConfig": {"SecurityGroupIds": ["sg-0a"], "SubnetIds": ["subnet-0a"]}},
            ["subnet subnet-0a", "security group sg-0a"],
        ),
        ({"RouteTableIds": ["rtb-1"]}, ["route table rtb-1"]),
        ({"EfsVolumeConfiguration": {"FileSystemId": "fs-1"}}, ["file system fs-1"]),
        ({"SecurityGroups": ["default"]}, []),
        ({"GroupId": "people"}, []),
        ({"Options": {"awslogs-group": "/jobs"}}, ["log group /jobs"]),
        ({"Options": {"awslogs-group": "/jobs", "awslogs-create-group": "true"}}, []),
        ({"Role": ROLE}, ["role worker"]),
        ({"InstanceRole": arn("iam", "instance-profile/machines", "")}, ["instance profile machines"]),
        ({"InstanceRole": "machines"}, []),
        ({"Role": arn("iam", "role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch", "")}, []),
        ({"Role": arn("iam", "role/worker", "", "999999999999")}, []),
        ({"LogGroupArn": arn("logs", "log-group:/states:*")}, ["log group /states"]),
        ({"AlarmActions": [arn("sns", "alerts")]}, ["topic alerts"]),
        ({"AlarmActions": [arn("sns", "alerts", "us-east-1")]}, []),
        ({"DeadLetterArn": arn("sqs", "failed.fifo")}, ["queue failed.fifo"]),
        ({"DefinitionString": f'{{"TopicArn": "{arn("sns", "done")}", "Next": "End"}}'}, ["topic done"]),
        ({"PolicyDocument": {"Resource": ["arn:aws:s3:::data/*", "arn:aws:s3:::data"]}}, ["bucket data"]),
        ({"PolicyDocument": {"Resource": "arn:aws:s3:::data-*"}}, []),
        ({"PolicyDocument": {"Resource": "arn:aws:s3:::cdk-hnb659fds-assets-123456789012-eu-central-1/*"}}, []),
        ({"PolicyDocument": {"Resource": [ROLE, arn("logs", "log-group:/aws/lambda/f:*")]}}, []),
        ({"PolicyDocument": {"Resource": "arn:aws-cn:s3:::data"}}, []),
    ],
)
def test_it_is_known_by_where_it_stands_or_by_its_arn(properties: dict[str, Any], expected: list[str]) -> None:
    assert imported(**properties) == expected


def test_a_value_that_is_not_known_yet_names_nothing() -> None:
    assert imported(VpcId=object(), Subnets=[object(), "subnet-1"]) == ["subnet subnet-1"]


@pytest.mark.parametrize("name", ["AlarmDescription", "Comment", "Description", "DisplayName", "Tags"])
def test_words_for_people_name_nothing(name: str) -> None:
    assert imported(**{name: arn("sns", "alerts")}) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (f'{{"TopicArn": "{arn("sns", "done")}", "Queue": "', '"}', ["topic done"]),
        ("arn:aws:s3:::data/", "", ["bucket data"]),
        (arn("sns", "done"), "", []),
        (arn("sns", "done-"), "-a", []),
        (arn("logs", "log-group:"), ":*", []),
        ("", ":role/worker", []),
    ],
)
def test_of_a_text_that_is_known_in_parts_the_whole_arns_count(before: str, after: str, expected: list[str]) -> None:
    text = joined([before, Source("Other").value, after])
    assert imported(DefinitionString=text) == expected


def test_what_the_template_makes_itself_is_no_import() -> None:
    entries = [
        Entry("AWS::SNS::Topic", {"TopicName": "alerts"}),
        Entry("AWS::S3::Bucket", {"BucketName": "data"}),
        Entry("AWS::CloudWatch::Alarm", {"AlarmActions": [arn("sns", "alerts"), arn("sns", "others")]}),
        Entry("AWS::IAM::Policy", {"PolicyDocument": {"Resource": "arn:aws:s3:::data/*"}}),
    ]
    assert [str(item) for item in imported_by(entries, HERE)] == ["topic others"]


def test_a_role_that_a_policy_is_put_on_is_one_with_the_role_of_its_arn() -> None:
    policy, job = Entry("AWS::IAM::Policy", {"Roles": ["worker"]}), Entry("AWS::Batch::JobDefinition", {"Role": ROLE})
    for entries in ([policy, job], [job, policy]):
        [role] = imported_by(entries, HERE)
        assert (role.id, role.path) == ("worker", "/teams/")


def test_a_subnet_is_in_the_vpc_that_is_named_beside_it() -> None:
    entries = [
        Entry("AWS::Batch::ComputeEnvironment", {"Subnets": ["subnet-1", "subnet-2"]}),
        Entry("AWS::ElasticLoadBalancingV2::LoadBalancer", {"VpcId": "vpc-2", "Subnets": ["subnet-2"]}),
    ]
    vpc, *subnets = imported_by(entries, HERE)
    assert str(vpc) == "VPC vpc-2"
    assert [vpc_of(entries, item, HERE) for item in subnets] == [None, "vpc-2"]
