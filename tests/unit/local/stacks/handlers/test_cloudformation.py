"""What CloudFormation itself has in templates, and the CDK's line about itself."""

import json

from tests.unit.local.stacks.handlers.lives import Account


def test_wait_conditions_have_had_their_signals(account: Account) -> None:
    handle = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    waiting = {"Handle": {"Ref": "Handle"}, "Timeout": "300", "Count": 1}
    account.deploy({"Handle": handle, "Wait": {"Type": "AWS::CloudFormation::WaitCondition", "Properties": waiting}})
    assert account.physical_id("Handle").startswith("https://cloudformation-waitcondition-eu-west-1.s3.")
    assert json.loads(account.attribute("Wait", "Data")) == {}
    waiting["Count"] = 2
    account.deploy({"Handle": handle, "Wait": {"Type": "AWS::CloudFormation::WaitCondition", "Properties": waiting}})
    account.deploy({})


def test_the_line_of_the_cdk_is_there(account: Account) -> None:
    line = {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "v2:deflate64:H4sIAAAAAAAA"}}
    account.deploy({"CDKMetadata": line})
    assert account.physical_id("CDKMetadata")
    account.deploy({})
