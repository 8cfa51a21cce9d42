"""Dynamic references: texts that name a parameter or a secret, which is read when a resource is made.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import re
from collections.abc import Callable
from typing import Any, Final

from constructs_lib.templates.unknown import Unknown, joined

_REFERENCE: Final = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}")
_BEGINNING: Final = "{{resolve:"

Resolve = Callable[[str, str], "str | Unknown"]
"""The value of a reference, by its service (``ssm``, ``ssm-secure``, ``secretsmanager``) and what follows it."""


def resolved(value: Any, resolve: Resolve) -> Any:
    """A value with what its dynamic references refer to.

    Args:
        value: texts, lists and objects; functions are evaluated already.
        resolve: finds the value of a reference.
    """
    if isinstance(value, str):
        return _resolved_text(value, resolve) if _BEGINNING in value else value
    if isinstance(value, dict):
        return {key: resolved(member, resolve) for key, member in value.items()}
    if isinstance(value, list):
        return [resolved(item, resolve) for item in value]
    return value


def _resolved_text(text: str, resolve: Resolve) -> str | Unknown:
    pieces: list[str | Unknown] = []
    end = 0
    for found in _REFERENCE.finditer(text):
        pieces += [text[end : found.start()], resolve(found[1], found[2])]
        end = found.end()
    return joined([*pieces, text[end:]])
