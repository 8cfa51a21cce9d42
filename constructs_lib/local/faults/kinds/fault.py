"""What all faults are: immutable, checked when they are made, and written in three forms."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

from constructs_lib.local.faults.kinds.errors import EXPLAINED, FaultError
from constructs_lib.local.faults.kinds.values import ANY, Number, Value

_METADATA = "value"
_LAST = "probability"


def option(value: Value, **default: Any) -> Any:
    """A field of a fault, and what it takes; without ``default`` it has to be given."""
    return dataclasses.field(metadata={_METADATA: value}, **default)


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong on purpose.

    Args:
        probability: of each occasion, from 0 to 1; decided by the plan's seed, not by time. Default: 1.

    Raises:
        FaultError: an option has a value that it cannot have.
    """

    kind: ClassVar[str]
    """Its name in JSON and on the command line."""

    probability: float = option(Number("a number from 0 to 1", high=1, whole=False), default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        for name, value in options(type(self)).items():
            given = getattr(self, name)
            try:
                object.__setattr__(self, name, value.accept(given))
            except ValueError:
                raise FaultError(f"{self.kind}: {name}", repr(given), value.expected, EXPLAINED) from None

    def settings(self) -> dict[str, Any]:
        """The options that are not at their default, as JSON writes them."""
        defaults = {field.name: field.default for field in dataclasses.fields(self)}
        given = {name: getattr(self, name) for name in options(type(self))}
        return {name: _json(value) for name, value in given.items() if value != defaults[name]}


def options(kind: type[Fault]) -> dict[str, Value]:
    """What each option of a kind of fault takes; those that have to be given come first, what all have comes last."""
    fields = [field for field in dataclasses.fields(kind) if _METADATA in field.metadata]
    fields.sort(key=lambda field: (field.name not in required(kind), field.name == _LAST))
    return {field.name: field.metadata[_METADATA] for field in fields}


def required(kind: type[Fault]) -> set[str]:
    """The options of a kind of fault that have no default."""
    return {field.name for field in dataclasses.fields(kind) if field.default is dataclasses.MISSING}


def _json(value: Any) -> Any:
    if value is None:
        return ANY
    return list(value) if isinstance(value, tuple) else value
