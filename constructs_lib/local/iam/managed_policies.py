"""AWS's managed policies: moto reads 1,582 of them for each of six partitions, before it answers any request at all.

They are read when something first asks for a managed policy of an account in a partition.
"""

import threading
from collections.abc import Callable
from typing import Any

from moto.core.config import default_user_config
from moto.iam.models import IAMBackend

from constructs_lib.local.patching import Change, Entry, Patch

_read = IAMBackend._init_aws_policies  # noqa: SLF001 this is what gets replaced
_by_arn = IAMBackend._init_managed_policies  # noqa: SLF001 as above
_lock = threading.RLock()


class _WhenAsked:
    """An attribute of a backend that is made when it is first asked for; what moto's constructor sets is not kept.

    Args:
        name: the attribute's name.
        make: makes the value for a backend.
    """

    def __init__(self, name: str, make: Callable[[Any], Any]) -> None:
        self._name = name
        self._make = make

    def __get__(self, backend: Any, _: object = None) -> Any:
        kept = vars(backend)
        if self._name not in kept:
            with _lock:  # requests come in threads, and must not get two of them
                if self._name not in kept:
                    kept[self._name] = self._make(backend)
        return kept[self._name]

    def __set__(self, backend: Any, value: Any) -> None:
        """Set nothing: moto's constructor does, and nothing else."""


def patches() -> list[Change]:
    """Read them once, and late."""
    load = {"load_aws_managed_policies": True}
    return [
        Entry(default_user_config, "moto.core.config.default_user_config", "iam", load),
        Patch(IAMBackend, "_init_aws_policies", _nothing),
        Patch(IAMBackend, "_init_managed_policies", _nothing),
        # moto's constructor sets both: its class has neither.
        Patch(IAMBackend, "aws_managed_policies", _WhenAsked("aws_managed_policies", _read), adds=True),
        Patch(IAMBackend, "managed_policies", _WhenAsked("managed_policies", _by_arn), adds=True),
    ]


def _nothing(_: Any) -> None:
    return None
