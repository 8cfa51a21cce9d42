"""AWS's managed policies, which are read when something first asks for one."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from moto.iam.models import IAMBackend

from constructs_lib.local.account import ACCOUNT
from constructs_lib.local.iam import managed_policies
from constructs_lib.local.patching import Patches

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.fixture
def backend() -> Iterator[IAMBackend]:
    with Patches(managed_policies.patches()):
        yield IAMBackend("aws", ACCOUNT)


def test_they_are_there_when_they_are_asked_for_and_not_before(backend: IAMBackend) -> None:
    assert "managed_policies" not in vars(backend)
    assert READ_ONLY in backend.managed_policies
    assert {policy.arn for policy in backend.aws_managed_policies} == set(backend.managed_policies)


def test_threads_that_ask_at_once_get_the_same_ones(backend: IAMBackend) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: backend.managed_policies, range(8)))
    assert len({id(item) for item in found}) == 1


def test_a_policy_of_ones_own_stands_with_them_until_a_reset(backend: IAMBackend) -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    made = backend.create_policy("", "/", json.dumps({"Version": "2012-10-17", "Statement": statement}), "Own", {})
    assert {made.arn, READ_ONLY} <= set(backend.managed_policies)
    assert made not in backend.aws_managed_policies
    backend.reset()
    assert made.arn not in backend.managed_policies
    assert READ_ONLY in backend.managed_policies


@pytest.mark.usefixtures("backend")
def test_another_partition_has_its_own() -> None:
    found = IAMBackend("aws-cn", ACCOUNT).managed_policies
    assert READ_ONLY.replace("arn:aws:", "arn:aws-cn:") in found
    assert READ_ONLY not in found
