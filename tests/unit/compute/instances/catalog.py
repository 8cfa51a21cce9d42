"""Every instance type of EC2, as moto's copy of DescribeInstanceTypes describes it."""

import gzip
import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def described() -> dict[str, dict[str, Any]]:
    """The types by name, without Macs, which AWS Batch does not have."""
    data = (resources.files("moto") / "ec2" / "resources" / "instance_types.json.gz").read_bytes()
    types: dict[str, dict[str, Any]] = json.loads(gzip.decompress(data))
    # https://docs.aws.amazon.com/batch/latest/userguide/instance-type-compute-table.html
    return {name: known for name, known in types.items() if not name.startswith("mac")}
