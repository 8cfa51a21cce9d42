"""What CloudWatch Logs makes of the JSON patterns that this library writes: conditions in parentheses, joined by &&.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

import re
from fnmatch import fnmatchcase
from typing import Any

_PATTERN = re.compile(r"\{ \(.+\) \}")
_CONDITION = re.compile(r"(?P<field>\$(?:\.[\w-]+(?:\[\d+\])?)+) (?P<rest>NOT EXISTS|= \"[^\"]*\"|> \d+)")


def matches(pattern: str, event: dict[str, Any]) -> bool:
    """Whether an event is counted by a pattern; a pattern that CloudWatch Logs would refuse is an error."""
    assert _PATTERN.fullmatch(pattern), pattern
    assert len(pattern) <= 1024, "CloudWatch Logs refuses longer patterns"
    return all(_holds(condition, event) for condition in pattern[3:-3].split(") && ("))


def field(event: dict[str, Any], selector: str) -> Any:
    """What a selector finds; None if there is nothing."""
    value: Any = event
    for name, index in re.findall(r"\.([\w-]+)(?:\[(\d+)\])?", selector):
        value = value.get(name) if isinstance(value, dict) else None
        if index:
            value = value[int(index)] if isinstance(value, list) and len(value) > int(index) else None
    return value


def _holds(condition: str, event: dict[str, Any]) -> bool:
    found = _CONDITION.fullmatch(condition)
    assert found, f"no condition: {condition}"
    value, rest = field(event, found["field"]), found["rest"]
    if rest == "NOT EXISTS":
        return value is None
    if rest.startswith(">"):
        return isinstance(value, int | float) and value > int(rest[2:])
    return isinstance(value, str) and fnmatchcase(value, rest[3:-1].replace("[", "[[]"))
