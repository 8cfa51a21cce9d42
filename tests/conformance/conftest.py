"""One embedded AWS for the cases of a file: each is written from a page of AWS's documentation, which it cites."""

from collections.abc import Iterator

import pytest

from constructs_lib.local.aws import EmbeddedAws
from tests.conformance.batch_account import BatchAccount


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An account."""
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


@pytest.fixture(scope="module")
def account(aws: EmbeddedAws) -> BatchAccount:
    """AWS Batch of the account."""
    return BatchAccount(aws)


@pytest.fixture(scope="module")
def queue(account: BatchAccount) -> str:
    """A queue over an EC2 environment of 64 vCPUs."""
    return account.queue()


@pytest.fixture(scope="module")
def full(account: BatchAccount) -> str:
    """A queue where all jobs wait."""
    return account.queue(account.environment(maxvCpus=0))
