"""A bucket, and Distributed Map states around a few inner states."""

from collections.abc import Callable
from typing import Any

import pytest

PASS = {"P": {"Type": "Pass", "End": True}}


def distributed(states: dict[str, Any] | None = None, *, express: bool = False, **fields: Any) -> dict[str, Any]:
    inner = states or PASS
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" if express else "STANDARD"}
    processor = {"ProcessorConfig": config, "StartAt": next(iter(inner)), "States": inner}
    return {"M": {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}}


@pytest.fixture(scope="session")
def make_map() -> Callable[..., dict[str, Any]]:
    """Make a Map state named M; by default its children return their input."""
    return distributed


@pytest.fixture(scope="module")
def s3(aws: Callable[[str], Any]) -> Any:
    """A client, and a bucket named ``data``."""
    client = aws("s3")
    client.create_bucket(Bucket="data")
    return client
