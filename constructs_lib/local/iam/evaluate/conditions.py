"""Conditions of a statement: all of them have to hold.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from dataclasses import dataclass
from typing import Any

from constructs_lib.local.iam.evaluate.operators import OPERATORS, Operator
from constructs_lib.local.iam.evaluate.request import Request
from constructs_lib.local.iam.evaluate.variables import substituted

_ANY, _ALL, _IF_EXISTS = "ForAnyValue", "ForAllValues", "IfExists"


@dataclass(frozen=True)
class Condition:
    """One key of one operator of a Condition block.

    Args:
        operator: None for ``Null``.
        key: the condition key.
        wanted: the values of the policy.
        quantifier: ``ForAnyValue``, ``ForAllValues`` or empty.
        if_exists: whether it holds when the request does not have the key.
    """

    operator: Operator | None
    key: str
    wanted: tuple[str, ...]
    quantifier: str = ""
    if_exists: bool = False

    def holds(self, request: Request) -> bool:
        """Whether a request fulfils it."""
        found = request.values(self.key)
        if self.operator is None:
            return str(found is None).lower() in [value.lower() for value in self.wanted]
        if not found:
            return self._holds_without(self.operator)
        wanted = [text for text in (substituted(value, request) for value in self.wanted) if text is not None]
        results = [
            any(self.operator.compare(value, text) for text in wanted) != self.operator.negated for value in found
        ]
        # A negated operator without a quantifier must hold for every value: none of them may be like a wanted one.
        every = self.quantifier == _ALL or (self.operator.negated and self.quantifier != _ANY)
        return all(results) if every else any(results)

    def _holds_without(self, operator: Operator) -> bool:
        if self.quantifier == _ANY:
            return self.if_exists
        return self.if_exists or operator.negated or self.quantifier == _ALL


def parse(block: dict[str, Any]) -> tuple[Condition, ...]:
    """Read a Condition block.

    Raises:
        ValueError: an operator that AWS does not have.
    """
    return tuple(
        _condition(name, key, values) for name, members in block.items() for key, values in dict(members).items()
    )


def _condition(name: str, key: str, values: Any) -> Condition:
    quantifier, _, rest = name.rpartition(":")
    wanted = tuple(_text(value) for value in (values if isinstance(values, list) else [values]))
    if rest == "Null":
        return Condition(None, key, wanted)
    plain = rest.removesuffix(_IF_EXISTS)
    if plain not in OPERATORS or quantifier not in ("", _ANY, _ALL):
        raise ValueError(f"got condition operator {name!r}, IAM has: {', '.join(sorted([*OPERATORS, 'Null']))}")
    return Condition(OPERATORS[plain], key, wanted, quantifier, rest != plain)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
