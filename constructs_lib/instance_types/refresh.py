"""Makes catalog.json and regions.json anew: ``python -m constructs_lib.instance_types.refresh [FILE]``.

FILE is the output of ``aws ec2 describe-instance-types``; by default the same data as moto brings it along. Which
regions offer a type is always what moto brings along.
"""

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

CATALOG = Path(__file__).parent / "catalog.json"
REGIONS = Path(__file__).parent / "regions.json"


def shapes(described: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    """Take vCPUs, MiB, GPUs and architecture of each instance type from DescribeInstanceTypes."""
    return {item["InstanceType"]: _shape(item) for item in sorted(described, key=lambda item: item["InstanceType"])}


def _shape(item: dict[str, Any]) -> list[Any]:
    gpus = sum(gpu["Count"] for gpu in item.get("GpuInfo", {}).get("Gpus", []) if "Count" in gpu)
    architectures = item["ProcessorInfo"]["SupportedArchitectures"]
    architecture = "arm64" if "arm64" in architectures else "x86_64"
    return [item["VCpuInfo"]["DefaultVCpus"], item["MemoryInfo"]["SizeInMiB"], gpus, architecture]


def from_moto() -> list[dict[str, Any]]:
    """Read what moto's EC2 answers with."""
    data = files("moto.ec2").joinpath("resources/instance_types.json.gz").read_bytes()
    return list(json.loads(gzip.decompress(data)).values())


def offerings_from_moto() -> dict[str, set[str]]:
    """Read which types each region offers, as moto's EC2 answers it."""
    folder = files("moto.ec2").joinpath("resources/instance_type_offerings/region")
    return {
        file.name.partition(".")[0]: {item["InstanceType"] for item in json.loads(gzip.decompress(file.read_bytes()))}
        for file in folder.iterdir()
    }


def by_families(offerings: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """The same in fewer words: of each region the families that it has all of, and single types."""
    types = sorted(set().union(*offerings.values()))
    families: defaultdict[str, set[str]] = defaultdict(set)
    for name in types:
        families[name.partition(".")[0]].add(name)
    return {
        region: sorted(
            {name.partition(".")[0] if families[name.partition(".")[0]] <= there else name for name in there}
        )
        for region, there in sorted(offerings.items())
    }


def main(arguments: list[str]) -> None:
    """Write the catalog, one instance type in a line, and the regions, so that a refresh can be reviewed."""
    described = json.loads(Path(arguments[0]).read_text())["InstanceTypes"] if arguments else from_moto()
    lines = (f"{json.dumps(name)}: {json.dumps(shape)}" for name, shape in shapes(described).items())
    CATALOG.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    regions = (f"{json.dumps(name)}: {json.dumps(names)}" for name, names in by_families(offerings_from_moto()).items())
    REGIONS.write_text("{\n" + ",\n".join(regions) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
