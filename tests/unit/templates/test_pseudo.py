import pytest

from constructs_lib.templates.pseudo import NAMES, Pseudo, partition_of, url_suffix_of
from constructs_lib.templates.unknown import Unknown


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [
        ("us-east-1", "aws", "amazonaws.com"),
        ("eu-central-1", "aws", "amazonaws.com"),
        ("cn-northwest-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
    ],
)
def test_a_region_says_its_partition(region: str, partition: str, suffix: str) -> None:
    assert (partition_of(region), url_suffix_of(region)) == (partition, suffix)
    pseudo = Pseudo(region=region)
    assert (pseudo.value("AWS::Partition"), pseudo.value("AWS::URLSuffix")) == (partition, suffix)


def test_what_is_not_said_is_unknown() -> None:
    pseudo = Pseudo(account="1")
    known = {"AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue"}
    assert {name for name in NAMES if isinstance(pseudo.value(name), Unknown)} == NAMES - known
    assert pseudo.value("AWS::Moon") is None
