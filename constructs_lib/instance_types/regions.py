"""Which instance types a region offers.

The data is made by `python -m constructs_lib.instance_types.refresh`: what DescribeInstanceTypeOfferings told of each
region when it was made.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from constructs_lib.instance_types.catalog import catalog, families


@cache
def _names() -> dict[str, list[str]]:
    text = files("constructs_lib.instance_types").joinpath("regions.json").read_text()
    found: dict[str, list[str]] = json.loads(text)
    return found


@cache
def offered(region: str) -> frozenset[str] | None:
    """The types that a region offers; None of a region that nothing is known of."""
    names = _names().get(region)
    if names is None:
        return None
    whole = (shape.name for name in names for shape in families().get(name, ()))
    return frozenset(whole) | catalog().keys() & set(names)


def lacking(names: Iterable[str], region: str) -> list[str]:
    """The types and families of which a region is known to offer nothing.

    Args:
        names: types, families and sets; what the catalog does not know is not told, and sets of AWS's are everywhere.
        region: such as ``eu-west-1``.
    """
    there = offered(region)
    if there is None:
        return []
    return [name for name in names if (types := _types(name)) and there.isdisjoint(types)]


def _types(name: str) -> list[str]:
    return [name] if name in catalog() else [shape.name for shape in families().get(name, ())]
