"""Makes instances.json anew: ``python -m constructs_lib.prices.refresh DIRECTORY [GO-FILE…]``.

DIRECTORY has the files behind AWS's page of on-demand prices (``ec2-ondemand-without-sec-sel``), one for each region,
as REGION-ondemand.json, each with its date. The repository yeo/ec2.shop keeps them below data/ec2; the present data is
that of its commit 951cd0d4. A GO-FILE is newer data of some regions, made of the AWS Price List API by
aws/karpenter-provider-aws (pkg/providers/pricing/zz_generated.pricing_aws*.go); the present one is of commit 1d927085.
``services.json`` is short, and kept by hand.

Within a family most prices go with the vCPUs, so a family is one price per vCPU, and types that differ have their own.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from constructs_lib.instance_types.catalog import catalog

INSTANCES: Final = Path(__file__).parent / "instances.json"
ROUNDED: Final = 0.00006
"""AWS rounds some prices to a ten-thousandth of a dollar."""

_REGION_FILE: Final = re.compile(r"([a-z]{2}(?:-gov)?-[a-z]+-\d)-(?:previousgen-)?ondemand\.json")
_GENERATED: Final = re.compile(r"// generated at (\d{4}-\d\d-\d\d)")
_REGION: Final = re.compile(r'^\t"([\w-]+)": \{$(.*?)^\t\},$', re.MULTILINE | re.DOTALL)
_PRICE: Final = re.compile(r'"([\w.-]+)": (\d+\.\d+)')


def compact(prices: Mapping[str, float]) -> dict[str, Any]:
    """A price per vCPU for each family, the prices of types that have another, and types that have none.

    Types that the catalog of instance types does not know are left out.
    """
    families: dict[str, dict[str, float]] = {}
    for name, price in sorted(prices.items()):
        if name in catalog() and price > 0:
            families.setdefault(name.partition(".")[0], {})[name] = price
    per_vcpu: dict[str, float] = {}
    own: dict[str, float] = {}
    for family, members in families.items():
        usual = Counter(round(price / catalog()[name].vcpus, 6) for name, price in members.items()).most_common(1)[0][0]
        per_vcpu[family] = usual
        own |= {
            name: round(price, 6)
            for name, price in members.items()
            if abs(usual * catalog()[name].vcpus - price) > ROUNDED
        }
    of_families = [name for name in catalog() if name.partition(".")[0] in families]
    return {"perVcpu": per_vcpu, "own": own, "missing": [name for name in of_families if name not in prices]}


def of_pages(directory: Path) -> dict[str, tuple[str, dict[str, float]]]:
    """The date and the prices of each region, from the files behind AWS's page."""
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for path in sorted(directory.iterdir()):
        if not (match := _REGION_FILE.fullmatch(path.name)):
            continue
        text = path.read_text(encoding="utf-8")
        if not text.startswith("{"):  # the region has no such prices, and AWS answered with an error
            continue
        document = json.loads(text)
        date = document["manifest"]["hawkFilePublicationDate"][:10]
        prices = {
            entry["Instance Type"]: float(entry["price"])
            for entries in document["regions"].values()
            for entry in entries.values()
            if entry.get("Operating System") == "Linux"
        }
        known = found.get(match[1], (date, {}))
        found[match[1]] = (known[0], {**prices, **known[1]} if "previousgen" in path.name else {**known[1], **prices})
    return found


def of_go(path: Path) -> dict[str, tuple[str, dict[str, float]]]:
    """The same from a generated file of Go."""
    text = path.read_text(encoding="utf-8")
    generated = _GENERATED.search(text)
    date = generated[1] if generated else ""
    return {
        match[1]: (date, {name: float(price) for name, price in _PRICE.findall(match[2])})
        for match in _REGION.finditer(text)
    }


def main(arguments: list[str]) -> None:
    """Write the list, a region in a few lines, so that a refresh can be reviewed."""
    directory, *newer = map(Path, arguments)
    regions = of_pages(directory)
    for path in newer:
        regions |= of_go(path)
    lines = []
    for region, (date, prices) in sorted(regions.items()):
        if made := compact(prices):
            fields = {"date": date, **made}
            members = ",\n".join(
                f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in fields.items()
            )
            lines.append(f"{json.dumps(region)}: {{\n{members}\n}}")
    INSTANCES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
