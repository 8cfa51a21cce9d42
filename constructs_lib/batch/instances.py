"""Names of EC2 instance types and families: what they tell about the processor."""

import re
from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2

from constructs_lib.errors import ConfigurationError

X86_64 = "x86_64"
ARM64 = "arm64"

_NAME = re.compile(r"(?P<family>[a-z]+\d[a-z0-9-]*)(\.(?P<size>[a-z0-9-]+))?")
_GRAVITON = re.compile(r"a1|[a-z]+\d+[a-z]*g[a-z-]*[a-z0-9-]*")

InstanceName = str | ec2.InstanceType | ec2.InstanceClass
"""``"m7i.large"``, ``"c7g"``, or aws-cdk-lib's objects for the same."""


def instance_names(place: str, values: Sequence[InstanceName]) -> list[str]:
    """Bring types and families into AWS's spelling, and refuse what is neither.

    Args:
        place: where they were given, for the message.
        values: types or families.
    """
    if not values:
        raise ConfigurationError(
            code="BATCH003",
            where=place,
            got="no instance type",
            expected="a list of types such as 'm7i.large' or families such as 'c7g'",
            fix="Leave the argument out to take AWS's default types.",
        )
    return [_name(f"{place}[{index}]", value) for index, value in enumerate(values)]


def architecture_of(place: str, names: Sequence[str]) -> str:
    """The processor architecture that all of them have; a mixture is refused."""
    by_architecture = {name: ARM64 if _GRAVITON.fullmatch(name.partition(".")[0]) else X86_64 for name in names}
    found = set(by_architecture.values())
    if len(found) > 1:
        arm = [name for name, architecture in by_architecture.items() if architecture == ARM64]
        others = [name for name, architecture in by_architecture.items() if architecture == X86_64]
        raise ConfigurationError(
            code="BATCH004",
            where=place,
            got=f"{', '.join(arm)} (arm64) and {', '.join(others)} (x86_64)",
            expected="a compute environment has one processor architecture",
            fix="Make one compute environment per architecture.",
        )
    return found.pop()


def _name(place: str, value: InstanceName) -> str:
    name = value.name.lower().replace("_", "-") if isinstance(value, ec2.InstanceClass) else str(_text(value))
    if not _NAME.fullmatch(name) and name != "optimal":
        raise ConfigurationError(
            code="BATCH003",
            where=place,
            got=repr(name),
            expected="an instance type such as 'm7i.large' or a family such as 'c7g' is needed",
            fix="See the list of instance types of EC2.",
        )
    return name


def _text(value: str | ec2.InstanceType) -> str:
    return value if isinstance(value, str) else value.to_string()
