"""Which quota of vCPUs an instance type counts against: EC2 has one for each group of families, on demand and for Spot.

A new account begins with none of P, G, Trn and other accelerated families, so that their environments start nothing.
Sources: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html and, for the codes,
https://docs.aws.amazon.com/general/latest/gr/ec2-service.html#limits_ec2
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ON_DEMAND: Final = ("EC2", "ECS_MANAGED_INSTANCES")
_SPOT: Final = ("SPOT",)
_FAMILY: Final = re.compile(r"([a-z]+)-?(\d+)[a-z0-9-]*(?:\..*)?")
"""Of ``p4d.24xlarge``, ``u-6tb1.metal`` or ``g5``: its letters, and its generation."""

_STANDARD: Final = "standard"
_GROUPS: Final = {
    "dl": "DL",
    "f": "F",
    "g": "G and VT",
    "gr": "G and VT",
    "hpc": "HPC",
    "inf": "Inf",
    "p": "P",
    "trn": "Trn",
    "u": "High Memory",
    "vt": "G and VT",
    "x": "X",
}
"""Of families, by their letters, those that are not among the standard ones: A, C, D, H, I, M, R, T and Z."""

_P5: Final = 5
"""Of this generation of P on, Spot Instances have a quota of their own."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A quota of Service Quotas.

    Args:
        name: what it is of.
        service: its service there.
        code: its code there.
        kinds: of compute environments whose maximum counts against it; none of those that count resources.
        group: of instance families that count against it; None of what is no instance.
    """

    name: str
    service: str
    code: str
    kinds: tuple[str, ...] = ()
    group: str | None = None

    @property
    def always(self) -> bool:
        """Whether it matters for every account, and not only where an environment names a type of its group."""
        return self.group in (None, _STANDARD)

    def counts(self, kind: str, instance_types: Iterable[str]) -> bool:
        """Whether instances of an environment count against it.

        Args:
            kind: of the environment.
            instance_types: that it may start: types, families and sets such as ``optimal``; none on Fargate.
        """
        if kind not in self.kinds:
            return False
        types = tuple(instance_types) or ("optimal",)
        return self.group is None or any(group_of(name, spot=kind in _SPOT) == self.group for name in types)


def group_of(name: str, *, spot: bool) -> str:
    """The group of families that a type, a family or a set of AWS's is of.

    Args:
        name: such as ``g5.xlarge``, ``p5`` or ``optimal``.
        spot: whether as a Spot Instance.
    """
    found = _FAMILY.fullmatch(name)
    group = _GROUPS.get(found[1], _STANDARD) if found else _STANDARD
    return "P5" if group == "P" and spot and found and int(found[2]) >= _P5 else group


def _of_instances(code: str, group: str, kinds: tuple[str, ...]) -> Quota:
    name = f"EC2 {'Spot ' if kinds == _SPOT else ''}{group} vCPUs"
    return Quota(name, "ec2", code, kinds, group)


VCPUS: Final = (
    Quota("Fargate vCPUs", "fargate", "L-3032A538", ("FARGATE",)),
    Quota("Fargate Spot vCPUs", "fargate", "L-36FBB829", ("FARGATE_SPOT",)),
    _of_instances("L-1216C47A", _STANDARD, _ON_DEMAND),
    _of_instances("L-34B43A08", _STANDARD, _SPOT),
    _of_instances("L-DB2E81BA", "G and VT", _ON_DEMAND),
    _of_instances("L-3819A6DF", "G and VT", _SPOT),
    _of_instances("L-417A185B", "P", _ON_DEMAND),
    _of_instances("L-7212CCBC", "P", _SPOT),
    _of_instances("L-C4BD4855", "P5", _SPOT),
    _of_instances("L-2C3B7624", "Trn", _ON_DEMAND),
    _of_instances("L-6B0D517C", "Trn", _SPOT),
    _of_instances("L-1945791B", "Inf", _ON_DEMAND),
    _of_instances("L-B5D1601B", "Inf", _SPOT),
    _of_instances("L-6E869C2A", "DL", _ON_DEMAND),
    _of_instances("L-85EED4F7", "DL", _SPOT),
    _of_instances("L-74FC7D96", "F", _ON_DEMAND),
    _of_instances("L-88CF9481", "F", _SPOT),
    _of_instances("L-7295265B", "X", _ON_DEMAND),
    _of_instances("L-E3A00192", "X", _SPOT),
    _of_instances("L-F7808C92", "HPC", _ON_DEMAND),
    _of_instances("L-43DA4232", "High Memory", _ON_DEMAND),
)
"""The quotas of vCPUs. HPC and High Memory have none for Spot: they are no Spot Instances."""
