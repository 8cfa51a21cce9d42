"""Lives of parameters and documents."""

import json

import pytest

from constructs_lib.local.stacks.handlers.contract.handler import HandlerError
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Account, Life, Properties, play


def parameter(services: Services, name: str, properties: Properties) -> dict[str, str]:
    ssm = services.client("ssm")
    found = ssm.get_parameter(Name=name)["Parameter"]
    assert (found["Type"], found["Value"]) == (properties["Type"], properties["Value"])
    [told] = ssm.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])["Parameters"]
    assert (told.get("Description") or "") == properties.get("Description", "")
    assert (told.get("AllowedPattern") or "") == properties.get("AllowedPattern", "")
    tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def document(services: Services, name: str, properties: Properties) -> dict[str, str]:
    ssm = services.client("ssm")
    assert json.loads(ssm.get_document(Name=name)["Content"]) == properties["Content"]
    found = ssm.describe_document(Name=name)["Document"]
    assert found["DocumentType"] == properties.get("DocumentType", "Command")
    assert found["DocumentFormat"] == properties.get("DocumentFormat", "JSON")
    tags = ssm.list_tags_for_resource(ResourceType="Document", ResourceId=name)["TagList"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def steps(command: str) -> Properties:
    step = {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": [command]}}
    return {"schemaVersion": "2.2", "description": "Runs.", "mainSteps": [step]}


SSM_LIVES = [
    Life(
        "AWS::SSM::Document",
        {"Content": steps("date")},
        document,
        names={"Name": "weather-document", "DocumentType": "Command", "DocumentFormat": "YAML"},
        replaced={"Name": "weather-document-2", "Content": steps("uptime")},
    ),
    Life(
        "AWS::SSM::Document",
        {"Content": steps("date"), "UpdateMethod": "NewVersion"},
        document,
        names={"Name": "weather-document"},
        changed={"Content": steps("uptime")},
        replaced={
            "DocumentType": "Automation",
            "Name": "weather-runbook",
            "Content": {**steps("date"), "schemaVersion": "0.3"},
        },
    ),
    Life(
        "AWS::SSM::Parameter",
        {"Type": "String", "Value": "sunny"},
        parameter,
        names={"Name": "/weather/today"},
        changed=[
            {"Value": "rainy"},
            {"Description": "Of today.", "AllowedPattern": "^[a-z]+$"},
            {"Type": "StringList", "Value": "sunny,windy"},
        ],
        replaced={"Name": "/weather/tomorrow"},
        attributes={
            "Arn": "arn:aws:ssm:eu-west-1:111122223333:parameter/CFN-It-00000001",
            "Type": "String",
            "Value": "sunny",
        },
    ),
]


@pytest.mark.parametrize("life", SSM_LIVES, ids=str)
def test_parameters_live_in_stacks(life: Life, account: Account) -> None:
    play(life, account)


def test_a_secure_string_is_refused_as_by_aws(account: Account) -> None:
    properties = {"Type": "SecureString", "Value": "secret"}
    with pytest.raises(HandlerError) as refused:
        account.deploy({"It": {"Type": "AWS::SSM::Parameter", "Properties": properties}})
    assert refused.value.reason == (
        "Properties validation failed for resource It with message:\n[#/Type: SecureString is not a valid enum value]"
    )
