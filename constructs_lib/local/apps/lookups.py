"""What an app looks up in its account while it is synthesized: here nobody has it, so that it is made up.

The CDK command line asks the account, and synthesizes again. The ids that are made up are those of AWS in form, and the
same each time; what they stand for is made when a stack is deployed that has them.
Source: https://docs.aws.amazon.com/cdk/v2/guide/context.html
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from constructs_lib.local import json_texts

Properties = dict[str, Any]

_DIGITS = 17
_ZONES = ("a", "b")
_GROUPS = ("Public", "Private")


def looked_up(assembly: Path) -> dict[str, Any] | None:
    """Make up what an app has looked up, by the keys of its context; None if it was nothing, or is not known here.

    Args:
        assembly: the directory that it was synthesized into.
    """
    missing = list(_missing(assembly))
    if not missing or any(item["provider"] not in _LOOKUPS for item in missing):
        return None
    return {item["key"]: _LOOKUPS[item["provider"]](item.get("props", {})) for item in missing}


def _missing(directory: Path) -> Iterator[dict[str, Any]]:
    """What is missing in the context of an assembly, and of those nested in it."""
    try:
        manifest = json_texts.read(directory / "manifest.json")
    except (OSError, json_texts.JsonTextError):
        return
    if not isinstance(manifest, dict):
        return
    yield from manifest.get("missing") or []
    for artifact in (manifest.get("artifacts") or {}).values():
        if artifact.get("type") == "cdk:cloud-assembly":
            yield from _missing(directory / artifact["properties"]["directoryName"])


def _vpc(props: Properties) -> Any:
    region = props["region"]
    groups = [
        {
            "name": name,
            "type": name,
            "subnets": [
                {
                    "subnetId": _id("subnet", props, name, zone),
                    "cidr": f"10.0.{len(_ZONES) * at + index}.0/24",
                    "availabilityZone": f"{region}{zone}",
                    "routeTableId": _id("rtb", props, name, zone),
                }
                for index, zone in enumerate(_ZONES)
            ],
        }
        for at, name in enumerate(_GROUPS)
    ]
    return {
        "vpcId": props.get("filter", {}).get("vpc-id") or _id("vpc", props),
        "vpcCidrBlock": "10.0.0.0/16",
        "ownerAccountId": props["account"],
        "region": region,
        "availabilityZones": [] if props.get("returnAsymmetricSubnets") else [f"{region}{zone}" for zone in _ZONES],
        **({"subnetGroups": groups} if props.get("returnAsymmetricSubnets") else _by_kind(groups)),
    }


def _by_kind(groups: list[dict[str, Any]]) -> dict[str, Any]:
    """The subnets in lists, as apps take them that ask for as many in each zone."""
    found: dict[str, Any] = {}
    for group in groups:
        kind = group["type"].lower()
        found[f"{kind}SubnetIds"] = [subnet["subnetId"] for subnet in group["subnets"]]
        found[f"{kind}SubnetNames"] = [group["name"]]
        found[f"{kind}SubnetRouteTableIds"] = [subnet["routeTableId"] for subnet in group["subnets"]]
    return found


def _group(props: Properties) -> Any:
    return {"securityGroupId": props.get("securityGroupId") or _id("sg", props), "allowAllOutbound": True}


def _zones(props: Properties) -> Any:
    return [f"{props['region']}{zone}" for zone in _ZONES]


def _id(prefix: str, props: Properties, *parts: str) -> str:
    """An id that is the same for the same question."""
    asked = {name: value for name, value in props.items() if name not in ("lookupRoleArn", "lookupRoleExternalId")}
    text = json.dumps([asked, *parts], sort_keys=True)
    return f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


_LOOKUPS: dict[str, Callable[[Properties], Any]] = {
    "ami": lambda props: _id("ami", props),
    "availability-zones": _zones,
    "security-group": _group,
    "vpc-provider": _vpc,
}
