"""What cdk.json may say to the stacks, and the answer to what it may not."""

import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from constructs_lib import ConfigurationError
from stacks.settings import CONTEXT, Settings

ROOT = Path(__file__).parents[3]


def read(settings: Any) -> Settings:
    return Settings.of(App(analytics_reporting=False, context={CONTEXT: settings}).node)


def test_defaults() -> None:
    assert Settings.of(App(analytics_reporting=False).node) == Settings(
        vpc_id=None, max_vcpus=64, instance_types=None, spot=False, image=None
    )


def test_every_setting() -> None:
    settings = {
        "vpcId": "vpc-0123",
        "maxVcpus": 8,
        "instanceTypes": ["m7i", "c7i.large"],
        "spot": True,
        "image": "python:3.13",
    }
    assert read(settings) == Settings(
        vpc_id="vpc-0123", max_vcpus=8, instance_types=("m7i", "c7i.large"), spot=True, image="python:3.13"
    )


def test_null_is_the_default() -> None:
    assert read({"maxVcpus": None}) == Settings()


def test_the_settings_of_this_repository_are_right() -> None:
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    assert read(context[CONTEXT]) == Settings()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"maxVcpu": 8}, "context constructs-lib.maxVcpu: got 8, there is no such setting .* Did you mean maxVcpus?"),
        ({"colour": "red"}, "Known are: vpcId, maxVcpus, instanceTypes, spot, image"),
        ({"maxVcpus": "8"}, "context constructs-lib.maxVcpus: got '8', a whole number of vCPUs is needed"),
        ({"maxVcpus": True}, "context constructs-lib.maxVcpus: got True, a whole number"),
        ({"spot": "yes"}, "context constructs-lib.spot: got 'yes', true or false"),
        ({"instanceTypes": "m7i"}, r'got .m7i., a list such as \["m7i", "c7i.large"\]'),
        ({"vpcId": 1}, "the id of a VPC"),
        ({"image": ["a"]}, "an image name"),
        ("maxVcpus=8", "context constructs-lib: got 'maxVcpus=8', an object"),
        ([1], r"context constructs-lib: got \[1\], an object"),
    ],
)
def test_a_mistake_is_refused_with_its_place(settings: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read(settings)
