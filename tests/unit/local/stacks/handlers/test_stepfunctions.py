"""Lives of what Step Functions has."""

import json
from typing import Any

import pytest
from moto.core.config import default_user_config

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play


@pytest.fixture(autouse=True, scope="module")
def interpreted() -> Any:
    """The API answers of where state machines are interpreted, as in the embedded AWS."""
    before = default_user_config["stepfunctions"]
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    yield
    default_user_config["stepfunctions"] = before


def passing(result: Any = "done") -> dict[str, Any]:
    return {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "Result": result, "End": True}}}


TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
LOGS_RIGHTS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [{"PolicyName": "logs", "PolicyDocument": LOGS_RIGHTS}],
    },
}
LOGS = "arn:aws:logs:eu-west-1:111122223333:log-group:machines:*"
LOGGING = {
    "Level": "ALL",
    "IncludeExecutionData": "true",
    "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": LOGS}}],
}
KEY = {"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": "alias/machines", "KmsDataKeyReusePeriodSeconds": 300}
MACHINE = {
    "Type": "AWS::StepFunctions::StateMachine",
    "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, "DefinitionString": json.dumps(passing())},
}
VERSION = {
    "Type": "AWS::StepFunctions::StateMachineVersion",
    "Properties": {"StateMachineArn": {"Ref": "Machine"}},
}


WORDS = {"Word": "the ${Words}", "Words": 2}


def tags_of(services: Services, arn: str) -> dict[str, str]:
    found = services.client("stepfunctions").list_tags_for_resource(resourceArn=arn)["tags"]
    return {tag["key"]: tag["value"] for tag in found}


def state_machine(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    found = services.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    definition = properties.get("Definition") or json.loads(properties["DefinitionString"])
    substituted = json.dumps(definition)
    if "DefinitionSubstitutions" in properties:
        substituted = substituted.replace("${Word}, ${Words}", "the ${Words}, 2")
    assert json.loads(found["definition"]) == json.loads(substituted)
    assert found["roleArn"] == properties["RoleArn"]
    assert found["type"] == properties.get("StateMachineType", "STANDARD")
    logging = properties.get("LoggingConfiguration", {"Level": "OFF"})
    assert found["loggingConfiguration"]["level"] == logging["Level"]
    destinations = found["loggingConfiguration"].get("destinations", [])
    assert [item["cloudWatchLogsLogGroup"]["logGroupArn"] for item in destinations] == (
        [LOGS] if "Destinations" in logging else []
    )
    assert found["tracingConfiguration"]["enabled"] is ("TracingConfiguration" in properties)
    assert found["encryptionConfiguration"]["type"] == properties.get("EncryptionConfiguration", {}).get(
        "Type", "AWS_OWNED_KEY"
    )
    return tags_of(services, arn)


def activity(services: Services, arn: str, properties: Properties) -> dict[str, str]:
    found = services.client("stepfunctions").describe_activity(activityArn=arn)
    assert found["name"] == properties["Name"]
    return tags_of(services, arn)


def version(services: Services, arn: str, properties: Properties) -> None:
    found = services.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert found["stateMachineArn"] == arn
    assert found.get("description") == properties.get("Description")


def alias(services: Services, arn: str, properties: Properties) -> None:
    found = services.client("stepfunctions").describe_state_machine_alias(stateMachineAliasArn=arn)
    assert found.get("description") or properties.get("Description", "") == ""
    routes = properties.get("RoutingConfiguration") or [
        {"StateMachineVersionArn": properties["DeploymentPreference"]["StateMachineVersionArn"], "Weight": 100}
    ]
    assert [(item["stateMachineVersionArn"], item["weight"]) for item in found["routingConfiguration"]] == [
        (route["StateMachineVersionArn"], route["Weight"]) for route in routes
    ]


def routed(*shares: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"StateMachineVersionArn": {"Ref": name}, "Weight": weight} for name, weight in shares]


STEP_FUNCTIONS_LIVES = [
    Life(
        "AWS::StepFunctions::StateMachine",
        MACHINE["Properties"],
        state_machine,
        needs={"Role": ROLE, "Other": ROLE},
        names={"StateMachineName": "machine", "StateMachineType": "EXPRESS"},
        changed=[
            {"DefinitionString": json.dumps(passing("other"))},
            {"DefinitionString": None, "Definition": passing("${Word}, ${Words}"), "DefinitionSubstitutions": WORDS},
            {"LoggingConfiguration": LOGGING, "TracingConfiguration": {"Enabled": True}},
            {"EncryptionConfiguration": KEY, "RoleArn": {"Fn::GetAtt": ["Other", "Arn"]}},
        ],
        replaced={"StateMachineName": "other"},
        attributes={"StateMachineRevisionId": "INITIAL"},
    ),
    Life(
        "AWS::StepFunctions::Activity",
        {"Name": "activity"},
        activity,
        replaced={"Name": "other"},
        attributes={"Name": "activity"},
    ),
    Life(
        "AWS::StepFunctions::StateMachineVersion",
        VERSION["Properties"],
        version,
        needs={"Role": ROLE, "Machine": MACHINE, "Other": MACHINE},
        names={"StateMachineRevisionId": "INITIAL", "Description": "One."},
        replaced={"StateMachineArn": {"Ref": "Other"}},
        tags=False,
    ),
    Life(
        "AWS::StepFunctions::StateMachineAlias",
        {"RoutingConfiguration": routed(("One", 100))},
        alias,
        needs={"Role": ROLE, "Machine": MACHINE, "One": VERSION, "Two": VERSION},
        names={"Name": "live", "Description": "What runs."},
        changed=[
            {"RoutingConfiguration": routed(("One", 90), ("Two", 10))},
            {
                "RoutingConfiguration": None,
                "DeploymentPreference": {"StateMachineVersionArn": {"Ref": "Two"}, "Type": "ALL_AT_ONCE"},
            },
            {"Description": None},
        ],
        replaced={"Name": "other"},
        tags=False,
    ),
]


@pytest.mark.parametrize("life", STEP_FUNCTIONS_LIVES, ids=str)
def test_what_step_functions_has_lives_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


@pytest.mark.parametrize("body", [json.dumps(passing("${Word}")), "StartAt: Only\nStates:\n  Only: {Type: Succeed}\n"])
def test_a_definition_may_lie_in_a_bucket(body: str, account: Account) -> None:
    s3 = account.services.client("s3")
    s3.create_bucket(Bucket="definitions", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="definitions", Key="machine", Body=body)
    properties = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "DefinitionS3Location": {"Bucket": "definitions", "Key": "machine"},
        "DefinitionSubstitutions": {"Word": "hello"},
    }
    account.deploy({"Role": ROLE, "Machine": {**MACHINE, "Properties": properties}})
    arn = account.physical_id("Machine")
    found = account.services.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    [state] = json.loads(found["definition"])["States"].values()
    assert state in ({"Type": "Pass", "Result": "hello", "End": True}, {"Type": "Succeed"})
    account.deploy({})
    s3.delete_object(Bucket="definitions", Key="machine")
    s3.delete_bucket(Bucket="definitions")


def test_a_value_is_a_number_where_a_definition_in_yaml_wants_one(account: Account) -> None:
    s3 = account.services.client("s3")
    s3.create_bucket(Bucket="definitions", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    body = "StartAt: Only\nStates:\n  Only: {Type: Wait, Seconds: ${Pause}, End: true}\n"
    s3.put_object(Bucket="definitions", Key="machine", Body=body)
    properties = {
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "DefinitionS3Location": {"Bucket": "definitions", "Key": "machine"},
        "DefinitionSubstitutions": {"Pause": "60"},
    }
    account.deploy({"Role": ROLE, "Machine": {**MACHINE, "Properties": properties}})
    arn = account.physical_id("Machine")
    found = account.services.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert json.loads(found["definition"])["States"]["Only"]["Seconds"] == 60

    s3.put_object(Bucket="definitions", Key="other", Body=b"\x80")
    properties["DefinitionS3Location"] = {"Bucket": "definitions", "Key": "other"}
    with pytest.raises(HandlerError, match="is no text in UTF-8"):
        account.deploy({"Role": ROLE, "Machine": {**MACHINE, "Properties": properties}})
    account.deploy({})
    for key in ("machine", "other"):
        s3.delete_object(Bucket="definitions", Key=key)
    s3.delete_bucket(Bucket="definitions")


@pytest.mark.parametrize(
    ("given", "told"), [({}, "none"), ({"Definition": passing()}, "DefinitionString, Definition")], ids=["none", "two"]
)
def test_a_state_machine_has_one_definition(given: Properties, told: str, account: Account) -> None:
    properties = {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}, **given}
    if given:
        properties["DefinitionString"] = json.dumps(passing())
    with pytest.raises(HandlerError, match=f"specified: {told}"):
        account.deploy({"Role": ROLE, "Machine": {**MACHINE, "Properties": properties}})


def test_a_version_that_an_alias_is_on_stays(account: Account) -> None:
    resources = {
        "Role": ROLE,
        "Machine": MACHINE,
        "One": VERSION,
    }
    account.deploy(resources)
    stepfunctions, one = account.services.client("stepfunctions"), account.physical_id("One")
    made = stepfunctions.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": one, "weight": 100}]
    )
    with pytest.raises(HandlerError, match=r"referenced by an alias.*\[live\]"):
        account.deploy({"Role": ROLE, "Machine": MACHINE})
    stepfunctions.delete_state_machine_alias(stateMachineAliasArn=made["stateMachineAliasArn"])
    account.deploy({})
