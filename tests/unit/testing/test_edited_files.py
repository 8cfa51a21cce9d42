"""An edit of a file that is an asset changes no snapshot, wherever the CDK writes its hash; a user's text does."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnOutput,
    CfnResource,
    DefaultStackSynthesizer,
    Environment,
    Fn,
    LegacyStackSynthesizer,
    NestedStack,
    Stack,
    Stage,
    pipelines,
)
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_s3_deployment as s3_deployment
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from constructs_lib.testing import normalize, synthesize_app
from constructs_lib.testing.synthesized import SynthesizedTemplate

Templates = dict[str, SynthesizedTemplate]

ACCOUNT = Environment(account="123456789012", region="eu-west-1")
CHECKSUM = "0bc8d5c02d858cd59ee6330eabe798ba2161aed2f888f149d861e4323f67ab25"


class Files:
    """A directory that is an asset, and two files.

    Args:
        directory: where they are made.
        text: in each of them.
    """

    def __init__(self, directory: Path, text: str) -> None:
        self.code = directory / "code"
        self.code.mkdir(parents=True)
        (self.code / "Dockerfile").write_text("FROM public.ecr.aws/lambda/python:3.13\nCOPY index.py .\n")
        self.file = self.code / "index.py"
        self.file.write_text(f"def handler(event, context): return {text!r}\n")
        self.machine = directory / "machine.json"
        states = {"A": {"Type": "Pass", "Comment": text, "End": True}}
        self.machine.write_text(json.dumps({"StartAt": "A", "States": states}))
        self.interface = directory / "interface.json"
        paths = {"/": {"get": {"responses": {}}}}
        self.interface.write_text(
            json.dumps({"openapi": "3.0.1", "info": {"title": text, "version": "1"}, "paths": paths})
        )


def function(scope: Construct, name: str, files: Files, **options: Any) -> lambda_.Function:
    code = lambda_.Code.from_asset(str(files.code))
    return lambda_.Function(
        scope, name, runtime=lambda_.Runtime.PYTHON_3_13, handler="index.handler", code=code, **options
    )


def of_lambda(stack: Stack, files: Files, checksum: str) -> lambda_.Function:
    """Functions by a directory, by an image and by a layer, their versions, and who refers to these."""
    made = function(stack, "Zipped", files, environment={"CHECKSUM": checksum})
    lambda_.Alias(stack, "Alias", alias_name="live", version=made.current_version)
    CfnOutput(stack, "InAText", value=Fn.join("-", ["version", made.current_version.version, "is live"]))
    image = lambda_.DockerImageCode.from_image_asset(str(files.code))
    assert lambda_.DockerImageFunction(stack, "Image", code=image).current_version
    layer = lambda_.LayerVersion(stack, "Layer", code=lambda_.Code.from_asset(str(files.code)))
    inline = lambda_.Code.from_inline("def handler(event, context): pass")
    runtime = lambda_.Runtime.PYTHON_3_13
    layered = lambda_.Function(stack, "Layered", runtime=runtime, handler="index.handler", code=inline, layers=[layer])
    assert layered.current_version
    return made


def of_others(stack: Stack, files: Files) -> None:
    """Interfaces, machines, instances, images, files and nested stacks."""
    apigateway.SpecRestApi(stack, "Spec", api_definition=apigateway.ApiDefinition.from_asset(str(files.interface)))
    sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_file(str(files.machine)))
    bucket = s3.Bucket(stack, "Bucket")
    s3_deployment.BucketDeployment(
        stack, "Site", sources=[s3_deployment.Source.asset(str(files.code))], destination_bucket=bucket
    )
    image = ecr_assets.DockerImageAsset(stack, "Picture", directory=str(files.code))
    CfnOutput(stack, "Uri", value=image.image_uri)
    CfnOutput(stack, "Tag", value=Fn.sub("tag-${Tag}", {"Tag": image.image_tag}))
    asset = s3_assets.Asset(stack, "File", path=str(files.file))
    where: dict[str, Any] = {
        "vpc": ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0),
        "vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        "instance_type": ec2.InstanceType("t3.micro"),
        "machine_image": ec2.MachineImage.latest_amazon_linux2023(),
    }
    user_data = ec2.UserData.for_linux()
    user_data.add_s3_download_command(bucket=asset.bucket, bucket_key=asset.s3_object_key)
    ec2.Instance(stack, "Instance", user_data=user_data, user_data_causes_replacement=True, **where)
    init = ec2.CloudFormationInit.from_elements(ec2.InitFile.from_asset("/etc/file", str(files.file)))
    ec2.Instance(stack, "Initialized", init=init, **where)
    inner = NestedStack(NestedStack(stack, "Nested"), "Inner")
    CfnResource(inner, "Thing", type="Test::Thing", properties={"Key": asset.s3_object_key})


def pipeline(stack: Stack, files: Files) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Source", "source")
    source = pipelines.CodePipelineSource.s3(bucket, "source.zip")
    synth = pipelines.CodeBuildStep("Synth", input=source, commands=["cdk synth"])
    made = pipelines.CodePipeline(stack, "Pipeline", synth=synth)
    stage = Stage(stack, "Production", env=ACCOUNT)
    inside = Stack(stage, "Inside")
    function(inside, "Zipped", files)
    ecr_assets.DockerImageAsset(inside, "Picture", directory=str(files.code))
    made.add_stage(stage)


def build(directory: Path, text: str, checksum: str = CHECKSUM) -> Templates:
    files = Files(directory / text, text)
    app = App(analytics_reporting=False, outdir=str(directory / f"{text}.out"))
    main = Stack(app, "Main", env=ACCOUNT)
    shared = of_lambda(main, files, checksum)
    apigateway.LambdaRestApi(main, "Interface", handler=shared)
    of_others(main, files)
    CfnOutput(Stack(app, "Importing", env=ACCOUNT), "Version", value=shared.current_version.function_arn)
    custom = DefaultStackSynthesizer(
        file_assets_bucket_name="files",
        bucket_prefix="of/",
        image_assets_repository_name="images",
        docker_tag_prefix="a",
    )
    for name, synthesizer in (("Custom", custom), ("Legacy", LegacyStackSynthesizer())):
        function(Stack(app, name, env=ACCOUNT, synthesizer=synthesizer), "Zipped", files)
    code = lambda_.DockerImageCode.from_image_asset(str(files.code))
    lambda_.DockerImageFunction(app.node.find_child("Custom"), "Image", code=code)
    pipeline(Stack(app, "Delivery", env=ACCOUNT), files)
    return synthesize_app(app)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Templates, Templates]:
    """The same app before and after an edit of its files."""
    directory = tmp_path_factory.mktemp("edited")
    return build(directory, "one"), build(directory, "two")


def changed(before: Templates, after: Templates) -> list[str]:
    return [name for name in before | after if normalize(before[name]) != normalize(after[name])]


def test_an_edit_of_a_file_changes_every_template(edited: tuple[Templates, Templates]) -> None:
    before, after = edited
    assert [name for name in before if before[name] == after[name]] == []


def test_an_edit_of_a_file_changes_no_snapshot(edited: tuple[Templates, Templates]) -> None:
    assert changed(*edited) == []


def test_without_their_assembly_templates_with_the_names_of_the_default_synthesizer_are_the_same(
    edited: tuple[Templates, Templates],
) -> None:
    before, after = ({name: dict(template) for name, template in made.items()} for made in edited)
    assert changed(before, after) == ["Custom"]


def test_a_text_of_64_digits_that_is_no_asset_is_seen(edited: tuple[Templates, Templates]) -> None:
    before = edited[0]["Main"]
    other = SynthesizedTemplate(
        json.loads(json.dumps(before).replace(CHECKSUM, CHECKSUM[::-1])), paths=before.paths, assets=before.assets
    )
    assert CHECKSUM in json.dumps(normalize(before))
    assert normalize(before) != normalize(other)


def test_a_key_that_looks_like_an_asset_and_is_none_is_seen(edited: tuple[Templates, Templates]) -> None:
    made = edited[0]["Main"]
    resources = {"Mine": {"Type": "Test::Thing", "Properties": {"S3Key": f"{CHECKSUM}.zip"}}}
    template = SynthesizedTemplate({"Resources": resources}, paths={}, assets=made.assets)
    assert normalize(template)["Resources"] == resources
    assert normalize(dict(template))["Resources"]["Mine"]["Properties"]["S3Key"] == "<asset hash>.zip"


def test_each_resource_has_its_construct_path(edited: tuple[Templates, Templates]) -> None:
    for template in edited[0].values():
        assert set(template.get("Resources", {})) <= set(template.paths)
    paths = edited[0]["Delivery/Production/Inside"].paths
    assert "Delivery/Production/Inside/Zipped/Resource" in paths.values()


def test_nested_stacks_have_paths_of_their_own(edited: tuple[Templates, Templates]) -> None:
    inner = next(template for name, template in edited[0].items() if name.startswith("MainNestedInner"))
    assert inner.paths["Thing"] == "Main/Nested/Inner/Thing"


@pytest.mark.parametrize(
    ("kind", "digits", "shown"),
    [
        ("AWS::Lambda::Version", 32, "Thing1A2B3C4D<version hash>"),
        ("AWS::ApiGateway::Deployment", 32, "Thing1A2B3C4D<deployment hash>"),
        ("AWS::Lambda::Version", 31, None),
        ("AWS::Lambda::Function", 32, None),
        ("AWS::EC2::Instance", 16, None),  # its user data has no asset in it: that it is replaced is to be seen
    ],
)
def test_a_hash_in_a_logical_id_is_masked_where_the_cdk_derives_it(kind: str, digits: int, shown: str | None) -> None:
    logical_id = "Thing1A2B3C4D" + "0123456789abcdef0123456789abcdef"[:digits]
    template = {"Resources": {logical_id: {"Type": kind}}, "Outputs": {"Id": {"Value": {"Ref": logical_id}}}}
    normalized = normalize(template)
    assert [*normalized["Resources"]] == [shown or logical_id]
    assert normalized["Outputs"]["Id"]["Value"] == {"Ref": shown or logical_id}


def test_resources_that_differ_by_such_a_hash_alone_stay_two() -> None:
    versions = {f"Thing1A2B3C4D{digit * 32}": {"Type": "AWS::Lambda::Version"} for digit in "ab"}
    assert [*normalize({"Resources": versions})["Resources"]] == [
        "Thing1A2B3C4D<version hash>",
        "Thing1A2B3C4D<version hash> 2",
    ]
