"""What is left out of a snapshot, what is masked, and above all what is not."""

import copy
import json
from typing import Any

import pytest

from constructs_lib.testing import normalize

ASSET = "1bbfc2527522920d059785b55391bda79c4908b0091a56300a1efdabf00726f3"
OTHER = "0bc8d5c02d858cd59ee6330eabe798ba2161aed2f888f149d861e4323f67ab25"
BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
REPOSITORY = (
    "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/cdk-hnb659fds-container-assets-${AWS::AccountId}"
)


def with_property(value: Any, **resource: Any) -> dict[str, Any]:
    return {"Resources": {"Thing": {"Type": "Custom::Thing", "Properties": {"Value": value}, **resource}}}


def normalized_property(value: Any, **resource: Any) -> Any:
    return normalize(with_property(value, **resource))["Resources"]["Thing"]["Properties"]["Value"]


def test_boilerplate_is_left_out() -> None:
    template = {
        "Resources": {
            "Queue": {"Type": "AWS::Batch::JobQueue", "Metadata": {"aws:cdk:path": "Stack/Queue/Resource"}},
            "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Condition": "CDKMetadataAvailable"},
        },
        "Conditions": {"CDKMetadataAvailable": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
        "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>"}},
        "Rules": {"CheckBootstrapVersion": {"Assertions": []}},
    }
    assert normalize(template) == {"Resources": {"Queue": {"Type": "AWS::Batch::JobQueue"}}}


def test_what_users_add_beside_the_boilerplate_stays() -> None:
    template = {
        "Description": "mine",
        "Resources": {"Queue": {"Type": "AWS::Batch::JobQueue", "Metadata": {"aws:asset:path": "asset.x", "Mine": 1}}},
        "Conditions": {"CDKMetadataAvailable": {}, "IsProduction": {"Fn::Equals": ["a", "b"]}},
        "Parameters": {"BootstrapVersion": {}, "Size": {"Type": "Number"}},
        "Rules": {"CheckBootstrapVersion": {}, "Mine": {"Assertions": []}},
    }
    assert normalize(template) == {
        "Description": "mine",
        "Resources": {"Queue": {"Type": "AWS::Batch::JobQueue", "Metadata": {"Mine": 1}}},
        "Conditions": {"IsProduction": {"Fn::Equals": ["a", "b"]}},
        "Parameters": {"Size": {"Type": "Number"}},
        "Rules": {"Mine": {"Assertions": []}},
    }


def test_a_section_that_held_nothing_else_goes_too() -> None:
    template = {"Resources": {"CDKMetadata": {"Type": "AWS::CDK::Metadata"}}, "Outputs": {}}
    assert normalize(template) == {"Outputs": {}}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"S3Key": f"{ASSET}.zip"}, {"S3Key": "<asset hash>.zip"}),
        ({"Fn::Sub": f"{REPOSITORY}:{ASSET}"}, {"Fn::Sub": f"{REPOSITORY}:<asset hash>"}),
        ({"Fn::Sub": f"s3://{BUCKET}/{ASSET}.csv"}, {"Fn::Sub": f"s3://{BUCKET}/<asset hash>.csv"}),
        (
            {"Fn::Join": ["", ["s3://cdk-hnb659fds-assets-", {"Ref": "AWS::Region"}, f"/prefix/{ASSET}.json"]]},
            {"Fn::Join": ["", ["s3://cdk-hnb659fds-assets-", {"Ref": "AWS::Region"}, "/prefix/<asset hash>.json"]]},
        ),
    ],
)
def test_hashes_of_assets_are_masked(value: Any, shown: Any) -> None:
    assert normalized_property(value) == shown


def test_an_asset_is_masked_wherever_it_is_named_again() -> None:
    value = [{"S3Key": f"{ASSET}.zip"}, f"built from {ASSET}", {ASSET: 1}]
    assert normalized_property(value) == [
        {"S3Key": "<asset hash>.zip"},
        "built from <asset hash>",
        {"<asset hash>": 1},
    ]


def test_an_asset_of_a_custom_synthesizer_is_known_by_its_metadata() -> None:
    metadata = {"aws:asset:path": f"asset.{ASSET}", "aws:asset:property": "Value"}
    assert normalized_property(f"my-bucket/mine-{ASSET}", Metadata=metadata) == "my-bucket/mine-<asset hash>"


@pytest.mark.parametrize(
    "value",
    [
        ASSET,
        f"sha256:{ASSET}",
        f"public.ecr.aws/docker/library/python@sha256:{ASSET}",
        f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/mine:{ASSET}",
        f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/cdk-assets-repository@sha256:{ASSET}",
        f"https://example.org/{ASSET}.tar.gz",
        f"s3://my-data/{ASSET}.json",
        {"CHECKSUM": ASSET},
        {"S3Key": "1.2.3.zip", "Version": "a" * 63, "Longer": "a" * 65 + ".zip"},
    ],
)
def test_other_hashes_are_changes_to_see(value: Any) -> None:
    assert normalized_property(value) == value


def test_another_hash_beside_an_asset_stays() -> None:
    assert normalized_property([f"{ASSET}.zip", OTHER]) == ["<asset hash>.zip", OTHER]


def test_keys_are_sorted_and_lists_are_not() -> None:
    text = json.dumps(normalize({"Resources": {"B": {"Type": "b", "List": [2, 1]}, "A": {"Type": "a"}}}))
    assert text == '{"Resources": {"A": {"Type": "a"}, "B": {"List": [2, 1], "Type": "b"}}}'


def test_the_template_itself_is_not_changed() -> None:
    template = with_property({"S3Key": f"{ASSET}.zip"}, Metadata={"aws:cdk:path": "Stack/Thing"})
    before = copy.deepcopy(template)
    normalize(template)
    assert template == before
