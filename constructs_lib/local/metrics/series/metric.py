"""Which metric: its namespace, its name and its dimensions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of an account and region.

    Args:
        namespace: such as ``AWS/States``.
        name: such as ``ExecutionsFailed``.
        dimensions: names and values, by name.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Mapping[str, str] | None = None) -> "Metric":
        """One by its dimensions in any order."""
        return cls(namespace, name, tuple(sorted((dimensions or {}).items())))

    @classmethod
    def asked(cls, namespace: str, name: str, dimensions: Iterable[Mapping[str, Any]] | None) -> "Metric":
        """One as requests name it."""
        return cls.of(namespace, name, {each["Name"]: str(each["Value"]) for each in dimensions or ()})

    def described(self) -> dict[str, Any]:
        """It as answers have it."""
        return {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions],
        }
