"""What the name of an EC2 instance type or family tells about its hardware, besides the processor.

The tests compare it with every instance type of EC2.
Sources: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-volumes.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa.html#efa-instance-types
"""

import re
from typing import Final

_GPU: Final = re.compile(r"(g|gr|p)\d.*")

# A d behind the generation is AWS's mark of an instance store; families that are made for storage, training or
# large GPUs, and the oldest ones, have it without the mark.
_STORE: Final = re.compile(r"[a-z]+\d+[a-z]*d.*|(d|f|gr|i|im|is|trn)\d.*|[pg][5-9](?!g$).*|h1|x1e?|[cmr]3|[cm]1|m2")

# The smallest size with EFA, in times of xlarge; 0 for families that have it in every size.
_EFA_FROM: Final = {
    0: "dl2q hpc6a hpc6id hpc7a hpc7g hpc8a p3dn p4d p4de p5 p5e p5en p6-b200 p6-b300 trn1n trn2 trn2u "
    "u7i-12tb u7i-6tb u7i-8tb u7in-16tb u7in-24tb u7in-32tb",
    8: "g4dn g5 g6 g6e g7 g7e gr6",
    9: "c5n",
    12: "i3en m5zn x2iezn",
    16: "c6gn c7g c7gd c7gn c8gb c8gn i4g im4gn m7g m7gd m8gb m8gn r7g r7gd r8gb r8gn",
    24: "c8g c8gd i7i inf1 m5dn m5n m8azn m8g m8gd r5dn r5n r8g r8gd vt1 x8aedz x8g",
    32: "c6i c6id c6in i4i m6i m6id m6idn m6in r6i r6id r6idn r6in r7iz trn1 x2idn x2iedn",
    48: "c6a c7a c7i c8a c8i c8ib c8id c8in c9g c9gd f2 i7ie i8g i8ge m6a m7a m7i m8a m8i m8ib m8id m8idb m8idn "
    "m8in m9g m9gd r6a r7a r7i r8a r8i r8ib r8id r8idb r8idn r8in r9g r9gd x8i",
}
_EFA: Final = {family: size for size, families in _EFA_FROM.items() for family in families.split()}
_WITHOUT_EFA: Final = {"i7i.metal-24xl"}
"""The one type without EFA in spite of its size."""

_SIZE: Final = re.compile(r"(?:metal-)?(\d*)xl(?:arge)?")


def family_of(name: str) -> str:
    """The family of a type; that of a family is itself."""
    return name.partition(".")[0]


def has_gpu(name: str) -> bool:
    """Whether a type, or all of a family, has GPUs."""
    return _GPU.fullmatch(family_of(name)) is not None


def has_instance_store(name: str) -> bool:
    """Whether a type, or all of a family, has disks of its own."""
    return _STORE.fullmatch(family_of(name)) is not None


def has_efa(name: str) -> bool:
    """Whether a type, or all of a family, has an Elastic Fabric Adapter."""
    smallest = _EFA.get(family_of(name))
    if smallest is None or name in _WITHOUT_EFA:
        return False
    size = name.partition(".")[2]
    return smallest == 0 or size == "metal" or _times_of_xlarge(size) >= smallest


def _times_of_xlarge(size: str) -> int:
    """0 for what is smaller than xlarge, and for a family."""
    found = _SIZE.fullmatch(size)
    return int(found[1] or 1) if found else 0
