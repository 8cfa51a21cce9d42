"""Names of EC2 instance types and families: what they tell about the processor.

Source: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
"""

import re
from collections.abc import Sequence
from typing import Final

from aws_cdk import Annotations
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.instance_types.catalog import families, known
from constructs_lib.rules import Caution, Rule

X86_64: Final = ec2.InstanceArchitecture.X86_64
ARM_64: Final = ec2.InstanceArchitecture.ARM_64

# https://docs.aws.amazon.com/batch/latest/userguide/instance-type-compute-table.html
_CATEGORIES: Final = {"default_x86_64": X86_64, "default_arm64": ARM_64, "optimal": X86_64}
_NAME: Final = re.compile(r"[a-z]+(-\d+[a-z]+|\d)[a-z0-9-]*(\.[a-z0-9-]+)?")
_SIZE: Final = re.compile(r"nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?")
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


def instance_names(place: ArgumentPath, values: Sequence[InstanceName]) -> list[str]:
    """Bring types and families into AWS's spelling, and refuse what is neither.

    A family that the catalog does not know may be a new one and passes: see `warn_of_unknown_types`.

    Args:
        place: where they were given, for the message.
        values: types or families.
    """
    if not values:
        raise Rule.INSTANCE_TYPES.error(
            place,
            got="no instance type",
            expected="a list of types such as 'm7i.large' or families such as 'c7g' is needed",
            fix="Leave the argument out to take AWS's default types.",
        )
    return [checked_name(place.at(index), value) for index, value in enumerate(values)]


def warn_of_unknown_types(construct: Construct, names: Sequence[str]) -> None:
    """Warn, at what may start them, of types and families that this library does not know, as it knows no new ones."""
    unknown = [name for name in names if not (_is_token(name) or known(name))]
    if unknown:
        Annotations.of(construct).add_warning_v2(
            Caution.UNKNOWN_INSTANCE_TYPE.id,
            f"{', '.join(unknown)}: not among the instance types that this version of the library knows. If that is "
            "no mistake, acknowledge this; whether a job fits them is then not checked.",
        )


def architecture_of(place: ArgumentPath, names: Sequence[str]) -> ec2.InstanceArchitecture | None:
    """The processor architecture that all of them have; None when they are tokens. A mixture is refused."""
    by_name = {name: processor_of(name) for name in names if not _is_token(name)}
    arm = [name for name, architecture in by_name.items() if architecture == ARM_64]
    x86 = [name for name, architecture in by_name.items() if architecture == X86_64]
    if arm and x86:
        raise Rule.ONE_ARCHITECTURE.error(
            place,
            got=f"{', '.join(arm)} (arm64) and {', '.join(x86)} (x86_64)",
            fix="Make one compute environment per architecture.",
        )
    return next(iter(by_name.values()), None)


def processor_of(name: str) -> ec2.InstanceArchitecture:
    """The processor of a type, a family or one of AWS's sets, by its name."""
    family = name.partition(".")[0]
    return _CATEGORIES.get(name) or (ARM_64 if _GRAVITON.fullmatch(family) else X86_64)


def checked_name(place: ArgumentPath, value: InstanceName) -> str:
    """Bring one of them into AWS's spelling, and refuse it as `instance_names` does."""
    name = instance_name(value)
    if _is_token(name) or name in _CATEGORIES:
        return name
    family, _, size = name.partition(".")
    if not _NAME.fullmatch(name):
        raise Rule.INSTANCE_TYPES.error(
            place,
            got=repr(name),
            expected="an instance type such as 'm7i.large' or a family such as 'c7g' is needed",
            fix="See https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html.",
        )
    if family.startswith("mac"):
        raise Rule.INSTANCE_TYPES.error(
            place, got=repr(name), expected="AWS Batch has no Macs", fix="Take another type."
        )
    if size and not known(name) and (family in families() or not _SIZE.fullmatch(size)):
        own = sorted(families().get(family, ()), key=lambda shape: shape.vcpus)
        sizes = ", ".join(shape.name.partition(".")[2] for shape in own)
        raise Rule.INSTANCE_TYPES.error(
            place,
            got=repr(name),
            expected=f"{family} has the sizes {sizes}" if sizes else f"there is no size {size}",
            fix="Take one that exists; a newer one goes to add_instance_type of the environment.",
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
