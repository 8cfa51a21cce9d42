"""Patterns of policies: ``*`` and ``?`` in texts and ARNs.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from functools import lru_cache

_ARN_FIELDS = 6
_LITERALS = {"${*}": "*", "${?}": "?", "${$}": "$"}
_PART = re.compile(r"\$\{[*?$]\}|\*|\?|[^*?$]+|\$")


def matches(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether a text is like a pattern; ``${*}``, ``${?}`` and ``${$}`` stand for these characters themselves."""
    return _compiled(pattern, ignore_case).fullmatch(text) is not None


def arn_matches(pattern: str, arn: str) -> bool:
    """Whether an ARN is like a pattern, field by field: no wildcard reaches over the colons of the first five fields.

    Fields that the pattern does not have may be anything.
    """
    if pattern == "*":
        return True
    if arn == "*":  # an action without a resource, which only "*" covers
        return False
    wanted, found = pattern.split(":", _ARN_FIELDS - 1), arn.split(":", _ARN_FIELDS - 1)
    wanted += ["*"] * (_ARN_FIELDS - len(wanted))
    return len(found) == len(wanted) and all(map(matches, wanted, found))


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    parts = (_expression(part) for part in _PART.findall(pattern))
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _expression(part: str) -> str:
    if part in ("*", "?"):
        return ".*" if part == "*" else "."
    return re.escape(_LITERALS.get(part, part))
