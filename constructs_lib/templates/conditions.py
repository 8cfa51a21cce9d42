"""The conditions of a template, and the functions that they are made of; what is not known stays so.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
"""

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any, Final

from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.texts import is_scalar, text_of
from constructs_lib.templates.unknown import Unknown, derived

Truth = bool | Unknown

_MOST: Final = 10
_WRONG: Final = {
    "Fn::And": "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters.",
    "Fn::Or": "Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters.",
    "Fn::Not": "Template error: every Fn::Not object requires one boolean parameter.",
    "Fn::Equals": "Template error: every Fn::Equals object requires a list of 2 string parameters.",
}
_NOT_BOOLEAN: Final = (
    "Template format error: Conditions can only be boolean operations on parameters and other conditions"
)


class Conditions:
    """The conditions of a template in one deployment.

    Args:
        definitions: the section ``Conditions``.
        value: evaluates what is compared.
    """

    def __init__(self, definitions: Mapping[str, Any], value: Callable[[Any], Any]) -> None:
        self._definitions = definitions
        self._value = value
        self._known: dict[str, Truth] = {}
        self._under_way: list[str] = []
        self._lock = RLock()  # resources are evaluated in threads

    def __contains__(self, name: str) -> bool:
        """Whether the template has a condition of this name."""
        return name in self._definitions

    def holds(self, name: str) -> Truth:
        """Whether a condition is true.

        Raises:
            TemplateError: there is none of this name, or it depends on itself.
        """
        if name in self._known:
            return self._known[name]
        if name not in self._definitions:
            raise TemplateError(f"Template format error: Condition {name} is not defined.")
        with self._lock:
            return self._evaluated(name)

    def _evaluated(self, name: str) -> Truth:
        if name in self._under_way:
            circle = self._under_way[self._under_way.index(name) :]
            raise TemplateError(f"Template error: Found circular condition dependency between {' and '.join(circle)}")
        self._under_way.append(name)
        try:
            self._known[name] = self.truth(self._definitions[name])
        except TemplateError as error:
            raise error.within(name) from None
        finally:
            self._under_way.pop()
        return self._known[name]

    def truth(self, expression: Any) -> Truth:
        """Whether an expression is true.

        Raises:
            TemplateError: it is no condition.
        """
        match expression:
            case {"Condition": str(name), **others} if not others:
                return self.holds(name)
            case {"Fn::Equals": operands, **others} if not others:
                return self.equals(operands)
            case {"Fn::Not": operands, **others} if not others:
                (truth,) = self._truths("Fn::Not", operands, 1, 1)
                return truth if isinstance(truth, Unknown) else not truth
            case {"Fn::And": operands, **others} if not others:
                return _decided("Fn::And", self._truths("Fn::And", operands, 2, _MOST), decisive=False)
            case {"Fn::Or": operands, **others} if not others:
                return _decided("Fn::Or", self._truths("Fn::Or", operands, 2, _MOST), decisive=True)
            case _:
                return self._constant(expression)

    def equals(self, operands: Any) -> Truth:
        """Whether two values are the same text."""
        if not isinstance(operands, list) or len(operands) != 2:  # noqa: PLR2004 - it compares two
            raise TemplateError(_WRONG["Fn::Equals"])
        values = [self._value(operand) for operand in operands]
        if values[0] == values[1]:
            return True
        for one, other in (values, values[::-1]):
            if isinstance(one, Unknown):
                known = other.prefix if isinstance(other, Unknown) else text_of(other)
                length = min(len(known), len(one.prefix)) if isinstance(other, Unknown) else len(one.prefix)
                return False if known[:length] != one.prefix[:length] else derived("Fn::Equals", *values)
        if not all(map(is_scalar, values)):
            if all(isinstance(value, list) for value in values):
                return False
            raise TemplateError(_WRONG["Fn::Equals"])
        return text_of(values[0]) == text_of(values[1])

    def _truths(self, function: str, operands: Any, fewest: int, most: int) -> list[Truth]:
        if not isinstance(operands, list) or not fewest <= len(operands) <= most:
            raise TemplateError(_WRONG[function])
        return [self.truth(operand) for operand in operands]

    def _constant(self, expression: Any) -> Truth:
        """A value that is a boolean, such as that of a parameter or a mapping."""
        value = expression if isinstance(expression, bool) else self._value(expression)
        if isinstance(value, Unknown):
            return value
        if is_scalar(value) and (text := text_of(value).lower()) in ("true", "false"):
            return text == "true"
        raise TemplateError(_NOT_BOOLEAN)


def _decided(function: str, truths: list[Truth], *, decisive: bool) -> Truth:
    if decisive in truths:
        return decisive
    unknown = [truth for truth in truths if isinstance(truth, Unknown)]
    return derived(function, *unknown) if unknown else not decisive
