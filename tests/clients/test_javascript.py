"""The AWS SDK for JavaScript, by the addresses that `up` prints."""

import json

from constructs_lib.local.apps.node import node_directory
from tests.clients.conftest import Account
from tests.clients.environments import NODE


def test_buckets_and_keys_of_any_name_are_found(account: Account) -> None:
    node = node_directory()
    assert node
    told = account.call(node / "node", "sdk.mjs", account.machine_role, cwd=NODE)
    found = json.loads(told.splitlines()[-1])
    assert json.loads(found["output"]) == {"n": 1}
    assert len(found["got"]) == 12
    assert {place.partition(":")[2]: text for place, text in found["got"].items()} == {
        text: text for text in found["got"].values()
    }
