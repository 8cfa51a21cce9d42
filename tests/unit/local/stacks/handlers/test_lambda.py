"""Lives of functions and what belongs to them."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from moto.awslambda.models import lambda_backends

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
SOURCE = "def handler(event, context):\n    return 'sunny'\n"
PLAIN = {
    "Code": {"ZipFile": SOURCE},
    "Handler": "index.handler",
    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    "Runtime": "python3.12",
}
FUNCTION = {"Type": "AWS::Lambda::Function", "Properties": PLAIN}
VERSION = {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}}
ALIAS = {
    "Type": "AWS::Lambda::Alias",
    "Properties": {
        "FunctionName": {"Ref": "Function"},
        "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
        "Name": "live",
    },
}
QUEUE = {"Type": "AWS::SQS::Queue"}
FILES = {"Bucket": "code-of-lambdas", "Key": "code.zip"}
LAYER = {"S3Bucket": FILES["Bucket"], "S3Key": FILES["Key"]}
IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/weather:latest"


def archive(**files: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as opened:
        for name, text in files.items():
            opened.writestr(f"{name}.py", text)
    return body.getvalue()


UPLOADED = archive(index="def handler(event, context):\n    return 'rainy'\n")


@pytest.fixture(scope="module", autouse=True)
def uploaded(services: Services) -> Iterator[None]:
    s3 = services.client("s3")
    s3.create_bucket(Bucket=FILES["Bucket"], CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(**FILES, Body=UPLOADED)
    yield
    s3.delete_object(**FILES)
    s3.delete_bucket(Bucket=FILES["Bucket"])


def function(services: Services, name: str, properties: Properties) -> dict[str, str]:
    told = services.client("lambda").get_function(FunctionName=name)
    found = told["Configuration"]
    assert found["Handler"] == properties["Handler"]
    assert found["Role"] == properties["Role"]
    assert found["Runtime"] == properties["Runtime"]
    assert found["Description"] == properties.get("Description", "")
    assert found["MemorySize"] == int(properties.get("MemorySize", 128))
    assert found["Timeout"] == properties.get("Timeout", 3)
    assert found["EphemeralStorage"] == properties.get("EphemeralStorage", {"Size": 512})
    assert found["TracingConfig"] == properties.get("TracingConfig", {"Mode": "PassThrough"})
    variables = properties.get("Environment", {}).get("Variables", {})
    assert found.get("Environment", {}).get("Variables", {}) == {key: str(value) for key, value in variables.items()}
    assert [layer["Arn"] for layer in found["Layers"]] == properties.get("Layers", [])
    kept = lambda_backends[services.account][services.region].get_function(name)
    if "ZipFile" in properties["Code"]:
        with zipfile.ZipFile(io.BytesIO(kept.code_bytes)) as opened:
            assert opened.read("index.py").decode() == properties["Code"]["ZipFile"]
    else:
        digest = base64.b64encode(hashlib.sha256(UPLOADED).digest()).decode()
        assert found["CodeSha256"] == digest
    group = properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{name}")
    assert kept.logs_group_name == group
    concurrency = services.client("lambda").get_function_concurrency(FunctionName=name)
    assert concurrency.get("ReservedConcurrentExecutions") == properties.get("ReservedConcurrentExecutions")
    tags: dict[str, str] = told.get("Tags", {})
    return tags


def version(services: Services, arn: str, properties: Properties) -> None:
    name, _, number = arn.rpartition(":")
    found = services.client("lambda").get_function_configuration(FunctionName=name, Qualifier=number)
    assert found["Version"] == number
    assert found["Description"] == properties.get("Description", "")


def alias(services: Services, arn: str, properties: Properties) -> None:
    function_arn, _, name = arn.rpartition(":")
    found = services.client("lambda").get_alias(FunctionName=function_arn, Name=name)
    assert found["FunctionVersion"] == properties["FunctionVersion"]
    assert found["Description"] == properties.get("Description", "")
    weights = properties.get("RoutingConfig", {}).get("AdditionalVersionWeights", [])
    shares = found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    assert shares == {item["FunctionVersion"]: item["FunctionWeight"] for item in weights}


def permission(services: Services, statement: str, properties: Properties) -> None:
    policy = json.loads(services.client("lambda").get_policy(FunctionName=properties["FunctionName"])["Policy"])
    found = {item["Sid"]: item for item in policy["Statement"]}
    assert found[statement]["Action"] == properties["Action"]
    assert found[statement]["Principal"] == {"Service": properties["Principal"]}


def mapping(services: Services, uuid: str, properties: Properties) -> dict[str, str]:
    client = services.client("lambda")
    found = client.get_event_source_mapping(UUID=uuid)
    assert found["EventSourceArn"] == properties["EventSourceArn"]
    assert found["BatchSize"] == properties.get("BatchSize", 10)
    assert found["State"] == ("Enabled" if properties.get("Enabled", True) else "Disabled")
    tags: dict[str, str] = client.list_tags(Resource=found["EventSourceMappingArn"])["Tags"]
    return tags


def layer(services: Services, arn: str, properties: Properties) -> None:
    name, _, number = arn.rpartition(":")
    found = services.client("lambda").get_layer_version(LayerName=name.rpartition(":")[2], VersionNumber=int(number))
    assert found.get("CompatibleRuntimes", []) == properties.get("CompatibleRuntimes", [])


def layer_permission(services: Services, statement: str, properties: Properties) -> None:
    name, _, number = properties["LayerVersionArn"].rpartition(":")
    client, which = services.client("lambda"), {"LayerName": name.rpartition(":")[2], "VersionNumber": int(number)}
    found = {item["Sid"] for item in json.loads(client.get_layer_version_policy(**which)["Policy"])["Statement"]}
    if statement not in found:
        raise LookupError(statement)


def url(services: Services, arn: str, properties: Properties) -> None:
    function = ":".join(arn.split(":")[:7])
    found = services.client("lambda").get_function_url_config(FunctionName=function)
    assert found["AuthType"] == properties["AuthType"]
    assert found.get("Cors", {}) == properties.get("Cors", {})


def invocation(services: Services, physical_id: str, properties: Properties) -> None:
    del physical_id
    found = services.client("lambda").get_function_event_invoke_config(FunctionName=properties["FunctionName"])
    assert found["MaximumRetryAttempts"] == properties["MaximumRetryAttempts"]


LAMBDA_LIVES = [
    Life(
        "AWS::Lambda::Function",
        PLAIN,
        function,
        needs={"Role": ROLE, "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": LAYER}}},
        names={"FunctionName": "forecast", "Description": "Tells the weather."},
        changed=[
            {"Code": {"ZipFile": SOURCE.replace("sunny", "windy")}},
            {"Code": {"S3Bucket": FILES["Bucket"], "S3Key": FILES["Key"]}},
            {"Environment": {"Variables": {"PLACE": "Rome", "DAYS": 3}}},
            {"MemorySize": "256", "Timeout": 30, "Description": None},
            {"EphemeralStorage": {"Size": 1024}, "TracingConfig": {"Mode": "Active"}},
            {"LoggingConfig": {"LogGroup": "forecasts"}},
            {"Layers": [{"Ref": "Layer"}]},
            {"ReservedConcurrentExecutions": 5},
        ],
        replaced={"FunctionName": "other"},
    ),
    Life(
        "AWS::Lambda::Version",
        VERSION["Properties"],
        version,
        needs={"Role": ROLE, "Function": FUNCTION},
        tags=False,
    ),
    Life(
        "AWS::Lambda::Alias",
        {"FunctionName": {"Ref": "Function"}, "FunctionVersion": "$LATEST", "Name": "live"},
        alias,
        needs={"Role": ROLE, "Function": FUNCTION, "One": VERSION},
        names={"Description": "What runs."},
        changed=[
            {"FunctionVersion": {"Fn::GetAtt": ["One", "Version"]}},
            {"Description": None},
            {"RoutingConfig": {"AdditionalVersionWeights": [{"FunctionVersion": "1", "FunctionWeight": 0.1}]}},
        ],
        replaced={"Name": "other"},
        tags=False,
    ),
    Life(
        "AWS::Lambda::Permission",
        {
            "FunctionName": {"Fn::GetAtt": ["Function", "Arn"]},
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
        },
        permission,
        needs={"Role": ROLE, "Function": FUNCTION},
        replaced={"Principal": "s3.amazonaws.com"},
        tags=False,
    ),
    Life(
        "AWS::Lambda::EventSourceMapping",
        {"FunctionName": {"Ref": "Function"}, "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}},
        mapping,
        needs={"Role": ROLE, "Function": FUNCTION, "Queue": QUEUE, "Other": QUEUE},
        names={"BatchSize": 5},
        changed=[{"BatchSize": 7}, {"Enabled": False}],
        replaced={"EventSourceArn": {"Fn::GetAtt": ["Other", "Arn"]}},
    ),
    Life(
        "AWS::Lambda::LayerVersion",
        {"Content": LAYER},
        layer,
        names={"LayerName": "tools", "CompatibleRuntimes": ["python3.12"]},
        replaced={"LayerName": "other"},
        tags=False,
    ),
    Life(
        "AWS::Lambda::LayerVersionPermission",
        {"LayerVersionArn": {"Ref": "Layer"}, "Action": "lambda:GetLayerVersion", "Principal": "444455556666"},
        layer_permission,
        needs={"Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": LAYER}}},
        replaced={"Principal": "*"},
        tags=False,
    ),
    Life(
        "AWS::Lambda::Url",
        {"TargetFunctionArn": {"Fn::GetAtt": ["Function", "Arn"]}, "AuthType": "NONE"},
        url,
        needs={"Role": ROLE, "Function": FUNCTION},
        changed=[{"AuthType": "AWS_IAM"}, {"Cors": {"AllowOrigins": ["*"]}}],
        tags=False,
    ),
    Life(
        "AWS::Lambda::Url",
        {"TargetFunctionArn": {"Ref": "Alias"}, "AuthType": "NONE"},
        url,
        needs={"Role": ROLE, "Function": FUNCTION, "Version": VERSION, "Alias": ALIAS},
        changed={"AuthType": "AWS_IAM"},
        tags=False,
        attributes={"FunctionArn": {"Ref": "Alias"}},
    ),
    Life(
        "AWS::Lambda::EventInvokeConfig",
        {"FunctionName": {"Ref": "Function"}, "Qualifier": "$LATEST", "MaximumRetryAttempts": 0},
        invocation,
        needs={"Role": ROLE, "Function": FUNCTION},
        changed={"MaximumRetryAttempts": 1},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", LAMBDA_LIVES, ids=str)
def test_functions_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_function_may_be_an_image(account: Account) -> None:
    properties = {"Code": {"ImageUri": IMAGE}, "PackageType": "Image", "Role": {"Fn::GetAtt": ["Role", "Arn"]}}
    account.deploy({"Role": ROLE, "Function": {"Type": "AWS::Lambda::Function", "Properties": properties}})
    told = account.services.client("lambda").get_function(FunctionName=account.physical_id("Function"))
    assert told["Code"]["ImageUri"] == IMAGE
    assert told["Configuration"]["PackageType"] == "Image"


def test_a_version_of_a_function_that_has_not_changed_is_refused_as_by_aws(account: Account) -> None:
    with pytest.raises(HandlerError, match=r"A version for this Lambda function exists \( 1 \)"):
        account.deploy({"Role": ROLE, "Function": FUNCTION, "One": VERSION, "Two": VERSION})


def test_a_source_that_answers_to_cloudformation_finds_the_module_for_it(account: Account) -> None:
    source: dict[str, Any] = {**FUNCTION, "Properties": {**PLAIN, "Code": {"ZipFile": f"import cfnresponse\n{SOURCE}"}}}
    account.deploy({"Role": ROLE, "Function": source})
    services = account.services
    kept = lambda_backends[services.account][services.region].get_function(account.physical_id("Function"))
    with zipfile.ZipFile(io.BytesIO(kept.code_bytes)) as opened:
        assert sorted(opened.namelist()) == ["cfnresponse.py", "index.py"]
