"""The scenarios in an embedded AWS, once for all tests."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.ops import Account
from tests.parity.scenarios import Run, run_name
from tests.parity.stacks import ParityStack, Patience


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """It."""
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws) -> Account:
    """Its account."""
    session = boto3.Session(aws.keys.access_key, aws.keys.secret_key, region_name=aws.location.region)
    return Account(session, aws.endpoint_url)


def run_in(account: Account, directory: Path) -> Run:
    """A run that has not begun."""
    patience = Patience(pause=0.02, each=60, all=300)
    return Run(account, ParityStack(account, run_name(), patience), directory, patience)
