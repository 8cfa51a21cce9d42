"""Names of EC2 instance types and families: what they tell about the processor.

Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
"""

import re
from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2

from constructs_lib.core.place import Place
from constructs_lib.errors import ConfigurationError

X86_64: Final = ec2.InstanceArchitecture.X86_64
ARM_64: Final = ec2.InstanceArchitecture.ARM_64

# https://docs.aws.amazon.com/batch/latest/userguide/instance-type-compute-table.html
_CATEGORIES: Final = {"default_x86_64": X86_64, "default_arm64": ARM_64, "optimal": X86_64}
_NAME: Final = re.compile(r"[a-z]+(-\d+[a-z]+|\d)[a-z0-9-]*(\.[a-z0-9-]+)?")
# A g behind the generation is AWS's mark of a Graviton processor: c7g, m8gd, x2gd. The first generation has none.
_GRAVITON: Final = re.compile(r"a1|[a-z]+\d+[a-z]*g[a-z0-9-]*")

InstanceName = str | ec2.InstanceType | ec2.InstanceClass
"""``"m7i.large"``, ``"c7g"``, or aws-cdk-lib's objects for the same."""


def default_class(architecture: ec2.InstanceArchitecture) -> batch.DefaultInstanceClass:
    """AWS's own choice of instance types, which it renews."""
    return batch.DefaultInstanceClass.ARM64 if architecture == ARM_64 else batch.DefaultInstanceClass.X86_64


def default_set(architecture: ec2.InstanceArchitecture) -> str:
    """The name of AWS's own choice."""
    return "default_arm64" if architecture == ARM_64 else "default_x86_64"


def instance_names(place: Place, values: Sequence[InstanceName]) -> list[str]:
    """Bring types and families into AWS's spelling, and refuse what is neither.

    Args:
        place: where they were given, for the message.
        values: types or families.
    """
    if not values:
        raise ConfigurationError(
            code="BATCH003",
            where=str(place),
            got="no instance type",
            expected="a list of types such as 'm7i.large' or families such as 'c7g' is needed",
            fix="Leave the argument out to take AWS's default types.",
        )
    return [_name(place.at(index), value) for index, value in enumerate(values)]


def architecture_of(place: Place, names: Sequence[str]) -> ec2.InstanceArchitecture | None:
    """The processor architecture that all of them have; None when they are tokens. A mixture is refused."""
    by_name = {name: processor_of(name) for name in names if not _is_token(name)}
    arm = [name for name, architecture in by_name.items() if architecture == ARM_64]
    x86 = [name for name, architecture in by_name.items() if architecture == X86_64]
    if arm and x86:
        raise ConfigurationError(
            code="BATCH004",
            where=str(place),
            got=f"{', '.join(arm)} (arm64) and {', '.join(x86)} (x86_64)",
            expected="a compute environment has one processor architecture",
            fix="Make one compute environment per architecture.",
        )
    return next(iter(by_name.values()), None)


def processor_of(name: str) -> ec2.InstanceArchitecture:
    """The processor of a type, a family or one of AWS's sets, by its name."""
    family = name.partition(".")[0]
    return _CATEGORIES.get(name) or (ARM_64 if _GRAVITON.fullmatch(family) else X86_64)


def _name(place: Place, value: InstanceName) -> str:
    name = instance_name(value)
    if not (_is_token(name) or name in _CATEGORIES or _NAME.fullmatch(name)):
        raise ConfigurationError(
            code="BATCH003",
            where=str(place),
            got=repr(name),
            expected="an instance type such as 'm7i.large' or a family such as 'c7g' is needed",
            fix="See https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html.",
        )
    return name


def instance_name(value: InstanceName) -> str:
    """A type or a family as AWS spells it."""
    if isinstance(value, ec2.InstanceClass):
        # Members such as C7G are named after families; long names such as COMPUTE7_GRAVITON3 stand for the same ones.
        return str(ec2.InstanceType.of(value, ec2.InstanceSize.LARGE).to_string()).partition(".")[0]
    return str(value.to_string()) if isinstance(value, ec2.InstanceType) else value


def _is_token(name: str) -> bool:
    return "${" in name
