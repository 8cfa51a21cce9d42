"""What the stacks take from the context under ``constructs-lib``, checked once and with good defaults.

Set it in cdk.json, or for one run with ``-c`` of the CDK command line, as JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from constructs import Node

from constructs_lib import ConfigurationError

CONTEXT = "constructs-lib"
CONTAINER = Path(__file__).parent.parent / "container"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of all stacks.

    Args:
        vpc_id: an existing VPC, looked up in the account. Default: a new one per stack, which needs no look-up.
        max_vcpus: of each compute environment. Default: 64.
        instance_types: of EC2 environments. Default: AWS's current choice.
        spot: whether the Fargate environments of the simple stacks run on Spot. Default: they do not.
        image: an image in a registry that runs the worker. Default: built from the directory ``container``.
    """

    vpc_id: str | None = None
    max_vcpus: int = 64
    instance_types: tuple[str, ...] | None = None
    spot: bool = False
    image: str | None = None

    @classmethod
    def of(cls, node: Node) -> Self:
        """Read them from a construct's context."""
        context = node.try_get_context(CONTEXT) or {}
        if not isinstance(context, Mapping):
            _refuse(CONTEXT, context, 'an object such as {"maxVcpus": 64} is needed', "See cdk.json.")
        known = {_camel(item.name): item.name for item in fields(cls)}
        for key in context:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known)}."
                _refuse(f"{CONTEXT}.{key}", context[key], "there is no such setting", hint)
        values = {known[key]: value for key, value in context.items() if value is not None}
        if isinstance(values.get("instance_types"), list):
            values["instance_types"] = tuple(values["instance_types"])
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        kinds: dict[str, tuple[type, str]] = {
            "vpc_id": (str, 'the id of a VPC, such as "vpc-0123"'),
            "max_vcpus": (int, "a whole number of vCPUs"),
            "instance_types": (tuple, 'a list such as ["m7i", "c7i.large"]'),
            "spot": (bool, "true or false"),
            "image": (str, 'an image name, such as "registry/name:tag"'),
        }
        for name, (kind, expected) in kinds.items():
            value = getattr(self, name)
            if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
                _refuse(f"{CONTEXT}.{_camel(name)}", value, f"{expected} is needed", "Correct it in cdk.json.")


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)


def _refuse(where: str, got: Any, expected: str, fix: str) -> None:
    raise ConfigurationError(code="STACK001", where=f"context {where}", got=repr(got), expected=expected, fix=fix)
