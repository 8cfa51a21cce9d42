"""The condition operators: how one value of a request is compared with one value of a policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import ipaddress
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from constructs_lib.local.iam.evaluate.patterns import arn_matches, matches
from constructs_lib.local.iam.evaluate.variables import unescaped

Compare = Callable[[str, str], bool]


@dataclass(frozen=True)
class Operator:
    """A comparison of ``(found, wanted)``; a negated one holds for values that are like none of the wanted ones."""

    compare: Compare
    negated: bool = False


def _plain(compare: Compare) -> Compare:
    return lambda found, wanted: compare(found, unescaped(wanted))


def _converted(convert: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Compare:
    def converted(found: str, wanted: str) -> bool:
        try:
            return compare(convert(found), convert(unescaped(wanted)))
        except ValueError:  # what is no number or date is like none
            return False

    return converted


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), tz=UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_network(found: str, wanted: str) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _same_in_any_case(found: str, wanted: str) -> bool:
    return found.lower() == wanted.lower()


def _like(found: str, wanted: str) -> bool:
    return matches(wanted, found)


def _like_arn(found: str, wanted: str) -> bool:
    return arn_matches(wanted, found)


def _pairs(prefix: str, positive: str, negative: str, compare: Compare) -> dict[str, Operator]:
    return {f"{prefix}{positive}": Operator(compare), f"{prefix}{negative}": Operator(compare, negated=True)}


def _ordered(prefix: str, convert: Callable[[str], Any]) -> dict[str, Operator]:
    return {
        **_pairs(prefix, "Equals", "NotEquals", _converted(convert, operator.eq)),
        f"{prefix}LessThan": Operator(_converted(convert, operator.lt)),
        f"{prefix}LessThanEquals": Operator(_converted(convert, operator.le)),
        f"{prefix}GreaterThan": Operator(_converted(convert, operator.gt)),
        f"{prefix}GreaterThanEquals": Operator(_converted(convert, operator.ge)),
    }


OPERATORS: dict[str, Operator] = {
    **_pairs("String", "Equals", "NotEquals", _plain(operator.eq)),
    **_pairs("String", "EqualsIgnoreCase", "NotEqualsIgnoreCase", _plain(_same_in_any_case)),
    **_pairs("String", "Like", "NotLike", _like),
    **_pairs("Arn", "Equals", "NotEquals", _like_arn),  # for AWS the same as ArnLike
    **_pairs("Arn", "Like", "NotLike", _like_arn),
    **_ordered("Numeric", float),
    **_ordered("Date", _moment),
    **_pairs("", "IpAddress", "NotIpAddress", _plain(_in_network)),
    "Bool": Operator(_plain(_same_in_any_case)),
    "BinaryEquals": Operator(_plain(operator.eq)),
}
"""All but ``Null``, which looks at whether there is a value."""
