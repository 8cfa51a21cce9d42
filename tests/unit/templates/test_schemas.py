import subprocess
import sys

import pytest

from constructs_lib.templates.schemas import Schema, schema, types


def known(resource_type: str) -> Schema:
    found = schema(resource_type)
    assert found is not None
    return found


def test_a_type_says_its_properties() -> None:
    parameter = known("AWS::SSM::Parameter")
    assert {"Name", "Type", "Value", "Tags"} <= parameter.properties.keys()
    assert parameter.required == {"Type", "Value"}
    assert parameter.create_only == {"/Name"}
    assert parameter.primary_identifier == ("Name",)
    assert (parameter.tag_property, parameter.tag_kind) == ("Tags", "map")


@pytest.mark.parametrize(
    ("resource_type", "tags", "kind"),
    [
        ("AWS::S3::Bucket", "Tags", "list"),
        ("AWS::Batch::JobDefinition", "Tags", "map"),
        ("AWS::EFS::FileSystem", "FileSystemTags", "list"),
        ("AWS::SNS::TopicPolicy", None, None),
        ("AWS::AutoScaling::AutoScalingGroup", "Tags", "list"),
    ],
)
def test_a_type_says_how_it_is_tagged(resource_type: str, tags: str | None, kind: str | None) -> None:
    assert (known(resource_type).tag_property, known(resource_type).tag_kind) == (tags, kind)


@pytest.mark.parametrize(
    ("resource_type", "name", "is_known"),
    [
        ("AWS::SQS::Queue", "Arn", True),
        ("AWS::SQS::Queue", "QueueName", True),
        ("AWS::SQS::Queue", "Color", False),
        ("AWS::EC2::VPC", "CidrBlock", True),
        ("AWS::EC2::VPC", "CidrBlockAssociations", True),
        ("AWS::CloudFormation::Stack", "Outputs.Anything", True),
        ("AWS::CloudFormation::Stack", "Anything", False),
        ("Custom::Own", "Anything.At.All", True),
        ("AWS::CloudFormation::CustomResource", "Data", True),
        ("AWS::RDS::DBInstance", "Endpoint.Address", True),
        ("AWS::StepFunctions::StateMachine", "StateMachineRevisionId", True),
        ("AWS::EC2::LaunchTemplate", "LatestVersionNumber", True),
    ],
)
def test_a_type_says_its_attributes(resource_type: str, name: str, is_known: bool) -> None:
    assert known(resource_type).is_known_attribute(name) is is_known


def test_what_cloudformation_has_not_has_no_schema() -> None:
    assert schema("AWS::Foo::Bar") is None
    assert schema("AWS::SQS::Queue", "eu-central-1") is not None
    assert schema("AWS::SQS::Queue", "nowhere-1") is not None
    assert "AWS::Batch::JobQueue" in types()


def test_schemas_are_read_without_importing_what_ships_them() -> None:
    script = (
        "import sys; from constructs_lib.templates.schemas import schema; assert schema('AWS::SQS::Queue');"
        "print(*{'cfnlint', 'moto', 'aws_cdk', 'yaml'} & set(sys.modules))"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout.strip()) == (0, ""), process.stderr
