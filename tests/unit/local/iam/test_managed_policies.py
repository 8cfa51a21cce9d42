"""AWS's managed policies are there in the partition of the account, and are not read for the others."""

from pathlib import Path

from moto.iam.models import iam_backends

from constructs_lib.local.account import ACCOUNT
from constructs_lib.local.aws import EmbeddedAws


def test_managed_policies_are_those_of_one_partition(tmp_path: Path) -> None:
    with EmbeddedAws(tmp_path):
        partitions = iam_backends[ACCOUNT]
        assert "arn:aws:iam::aws:policy/service-role/AWSBatchServiceRole" in partitions["aws"].managed_policies
        assert partitions["aws-cn"].managed_policies == {}
