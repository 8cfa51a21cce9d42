"""What somebody chooses for a new project, and the names that follow from its own."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST_NAME: Final = 100
"""Characters. A stack's name has at most 128, and is the beginning of others.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html
"""
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*")
_VPC: Final = re.compile(r"vpc-[0-9a-f]{8}([0-9a-f]{9})?")


class Kind(StrEnum):
    """What runs a job for each item of a list."""

    ARRAY = "array"
    MAP = "map"
    DISTRIBUTED = "distributed"
    STAGES = "stages"
    GPU = "gpu"


class Capacity(StrEnum):
    """What the jobs run on."""

    FARGATE = "fargate"
    EC2 = "ec2"


@dataclass(frozen=True, slots=True)
class Choices:
    """A project as it is wanted.

    Args:
        name: of the project, such as ``my-pipeline``.
        kind: what runs the jobs.
        capacity: what they run on; ``EC2`` for GPUs.
        vpc_id: of a VPC that exists. Default: a new one.

    Raises:
        ValueError: names cannot be made of the name, no VPC has such an id, or GPUs were wanted on Fargate.
    """

    name: str
    kind: Kind = Kind.ARRAY
    capacity: Capacity = Capacity.FARGATE
    vpc_id: str | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) > LONGEST_NAME:
            raise ValueError(
                f"{self.name!r} is no name of a project: write letters and digits, with single hyphens between words, "
                f"at most {LONGEST_NAME} in all, such as my-pipeline"
            )
        if self.vpc_id is not None and not _VPC.fullmatch(self.vpc_id):
            raise ValueError(f"{self.vpc_id!r} is no id of a VPC, such as vpc-0123456789abcdef0")
        if self.kind is Kind.GPU and self.capacity is Capacity.FARGATE:
            raise ValueError("Fargate has no GPUs: run this kind on ec2")

    @property
    def stack(self) -> str:
        """The stack's name: ``MyPipeline``."""
        return "".join(word[0].upper() + word[1:] for word in re.split("[-_]", self.name))

    @property
    def module(self) -> str:
        """What the files of Python are called after: ``my_pipeline``."""
        return self.name.replace("-", "_").lower()
