"""The section ``Rules``: what parameters have to be together.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html and
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.templates.conditions import Conditions, Truth
from constructs_lib.templates.errors import TemplateError
from constructs_lib.templates.texts import text_of
from constructs_lib.templates.unknown import derived, is_known


def check(rules: Any, value: Callable[[Any], Any]) -> None:
    """Check what a template asserts of its parameters; what is not known is taken for right.

    Args:
        rules: the section.
        value: evaluates what is compared.

    Raises:
        TemplateError: an assertion does not hold, in the words of its ``AssertDescription``, or is malformed.
    """
    assertions = _Assertions(value)
    for name, rule in rules.items() if isinstance(rules, dict) else ():
        try:
            _check(name, rule, assertions)
        except TemplateError as error:
            raise error.within(name).within("Rules") from None


def _check(name: str, rule: Any, assertions: "_Assertions") -> None:
    if not isinstance(rule, dict) or not isinstance(rule.get("Assertions"), list):
        raise TemplateError(f"Template format error: Rule {name} must contain a list of Assertions")
    if "RuleCondition" in rule and assertions.truth(rule["RuleCondition"]) is False:
        return
    for assertion in rule["Assertions"]:
        if not isinstance(assertion, dict) or "Assert" not in assertion:
            raise TemplateError(f"Template format error: every assertion of Rule {name} must contain an Assert")
        if assertions.truth(assertion["Assert"]) is False:
            description = assertion.get("AssertDescription")
            raise TemplateError(f"Rule {name} failed: {description}" if description else f"Rule {name} failed")


class _Assertions:
    """Conditions, and the functions that only rules have."""

    def __init__(self, value: Callable[[Any], Any]) -> None:
        self._value = value
        self._conditions = Conditions({}, self._operand)

    def truth(self, expression: Any) -> Truth:
        """Whether an expression is true."""
        match expression:
            case {"Fn::Contains": [values, value]}:
                return _each_in([self._operand(value)], self._operand(values))
            case {"Fn::EachMemberIn": [values, allowed]}:
                return _each_in(self._operand(values), self._operand(allowed))
            case {"Fn::EachMemberEquals": [values, value]}:
                return _each_in(self._operand(values), [self._operand(value)])
            case {"Fn::Contains": _} | {"Fn::EachMemberIn": _} | {"Fn::EachMemberEquals": _}:
                raise TemplateError(f"Template error: every {next(iter(expression))} object requires two parameters")
            case _:
                return self._conditions.truth(expression)

    def _operand(self, value: Any) -> Any:
        match value:
            case {"Fn::Contains": _} | {"Fn::EachMemberIn": _} | {"Fn::EachMemberEquals": _}:
                return self.truth(value)
            case {"Fn::RefAll": _} | {"Fn::ValueOf": _} | {"Fn::ValueOfAll": _}:
                return derived("Rule", value)  # it asks the account of what a parameter names
            case _:
                return self._value(value)


def _each_in(values: Any, allowed: Any) -> Truth:
    if not is_known(values) or not is_known(allowed):
        return derived("Fn::EachMemberIn", values, allowed)
    if not isinstance(values, list) or not isinstance(allowed, list):
        raise TemplateError("Template error: rule functions compare lists of values")
    return {text_of(value) for value in values} <= {text_of(value) for value in allowed}
