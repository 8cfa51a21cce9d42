"""Makes catalog.json anew: ``python -m constructs_lib.instance_types.refresh [FILE]``.

FILE is the output of ``aws ec2 describe-instance-types``; by default the same data as moto brings it along.
"""

import gzip
import json
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

CATALOG = Path(__file__).parent / "catalog.json"


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


def main(arguments: list[str]) -> None:
    """Write the catalog, one instance type in a line, so that a refresh can be reviewed."""
    described = json.loads(Path(arguments[0]).read_text())["InstanceTypes"] if arguments else from_moto()
    lines = (f"{json.dumps(name)}: {json.dumps(shape)}" for name, shape in shapes(described).items())
    CATALOG.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
