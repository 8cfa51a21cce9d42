"""Clients of a running instance: what they say when they have not its keys."""

from collections.abc import Iterator

import click
import pytest

from constructs_lib.local.account import Keys
from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.client.clients import clients

CALLS = {"batch": "describe_job_queues", "cloudformation": "list_stacks", "ec2": "describe_vpcs", "s3": "list_buckets"}


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws(tmp_path_factory.mktemp("aws")) as made:
        yield made


@pytest.mark.parametrize("service", CALLS)
def test_keys_of_another_instance_are_one_clear_line(aws: EmbeddedAws, service: str) -> None:
    getattr(clients(aws.endpoint_url, aws.keys)(service), CALLS[service])()
    for keys in (Keys.random(), Keys(aws.keys.access_key, "old")):
        client = clients(aws.endpoint_url, keys)(service)
        with pytest.raises(click.UsageError, match=f"the instance at {aws.endpoint_url} has another access key"):
            getattr(client, CALLS[service])()
