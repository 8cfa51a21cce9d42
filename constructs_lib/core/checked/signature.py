"""What a function or constructor takes, read once: names, order, and a test for each annotation."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, Unpack, get_args, get_origin, get_type_hints

from constructs_lib.core.checked.fitting import Fits, fits


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters of a function, without the one that stands for the object or the class.

    Args:
        positional: names of those that may be given by position, in their order.
        named: a test for each that may be given by name.
        rest: the name of those that are as many as one likes, and a test for each; None if there are none.
        required: names of those without a default.
        annotations: by name.
        defaults: by name.
    """

    positional: tuple[str, ...]
    named: Mapping[str, Fits]
    rest: tuple[str, Fits] | None
    required: tuple[str, ...]
    annotations: Mapping[str, Any]
    defaults: Mapping[str, Any]

    @classmethod
    def of(cls, function: Callable[..., Any], *, receiver: bool) -> Self:
        """Read the signature of a function.

        Args:
            function: that is called.
            receiver: whether its first parameter is the object or the class that it belongs to.
        """
        hints = get_type_hints(function)
        parameters = list(inspect.signature(function).parameters.values())[1 if receiver else 0 :]
        annotations: dict[str, Any] = {}
        rest: str | None = None
        for parameter in parameters:
            hint = hints.get(parameter.name, Any)
            if parameter.kind is parameter.VAR_KEYWORD:
                annotations |= get_type_hints(get_args(hint)[0]) if get_origin(hint) is Unpack else {}
            else:
                annotations[parameter.name] = hint
            if parameter.kind is parameter.VAR_POSITIONAL:
                rest = parameter.name
        plain = [each for each in parameters if each.kind in {each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY}]
        return cls(
            positional=tuple(each.name for each in plain if each.kind is each.POSITIONAL_OR_KEYWORD),
            named={name: fits(wanted) for name, wanted in annotations.items() if name != rest},
            rest=None if rest is None else (rest, fits(annotations[rest])),
            required=tuple(each.name for each in plain if each.default is each.empty),
            annotations=annotations,
            defaults={each.name: each.default for each in plain if each.default is not each.empty},
        )
