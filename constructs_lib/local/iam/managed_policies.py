"""AWS's managed policies for the one partition of this account: moto reads a thousand of them for each of six."""

from typing import Any

from moto.iam.models import IAMBackend

from constructs_lib.local.account import PARTITION

_init = IAMBackend._init_aws_policies  # noqa: SLF001 this is what gets replaced


def install() -> None:
    """Read them once."""
    IAMBackend._init_aws_policies = _of_own_partition  # noqa: SLF001 moto calls it so


def _of_own_partition(self: Any) -> list[Any]:
    return _init(self) if self.region_name == PARTITION else []
