"""The public parameters of images of Windows: there is an image for each."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from constructs_lib.local.patching import Patches
from constructs_lib.local.states.services import windows_images

PATH = "/aws/service/ami-windows-latest"


@pytest.fixture(scope="module")
def ssm() -> Iterator[Any]:
    with mock_aws(), Patches(windows_images.patches()):
        yield boto3.client("ssm", "eu-west-1")


@pytest.mark.parametrize(
    "name",
    [
        "Windows_Server-2016-English-Full-SQL_2016_SP3_Standard",
        "Windows_Server-2019-Chinese_Simplified-Full-Base",
        "Windows_Server-2022-English-Full-ECS_Optimized",
        "Windows_Server-2022-English-Core-EKS_Optimized-1.31",
        "Windows_Server-2022-English-STIG-Core",
        "Windows_Server-2025-English-Core-Base",
    ],
)
def test_a_parameter_names_an_image(ssm: Any, name: str) -> None:
    image = ssm.get_parameter(Name=f"{PATH}/{name}")["Parameter"]["Value"]
    assert image == ssm.get_parameters(Names=[f"{PATH}/{name}"])["Parameters"][0]["Value"]
    [described] = boto3.client("ec2", "eu-west-1").describe_images(ImageIds=[image])["Images"]
    assert (described["Platform"], described["ImageOwnerAlias"]) == ("windows", "amazon")
    assert described["Name"].startswith(f"{name}-")


def test_each_image_and_each_region_has_another(ssm: Any) -> None:
    names = [f"{PATH}/Windows_Server-{year}-English-Full-Base" for year in (2019, 2022)]
    clients = [ssm, boto3.client("ssm", "us-east-1")]
    assert len({client.get_parameter(Name=name)["Parameter"]["Value"] for client in clients for name in names}) == 4


@pytest.mark.parametrize(
    "name", ["Windows_Server-2003-English-Full-Base", "Windows_Server-2022-English-Bse", "Windows", "", "x/y"]
)
def test_what_is_no_image_is_not_there(ssm: Any, name: str) -> None:
    with pytest.raises(ClientError) as refused:
        ssm.get_parameter(Name=f"{PATH}/{name}")
    assert refused.value.response["Error"]["Code"] in ("ParameterNotFound", "ValidationException")
