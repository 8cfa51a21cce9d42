"""Gap: moto reads templates in JSON as YAML, which takes thirty times as long."""

import json
from typing import Any

from moto.cloudformation.models import ChangeSet, Stack

_as_yaml = Stack.parse_template


def install() -> None:
    """Read what begins like JSON as JSON."""
    Stack.parse_template = staticmethod(_parse)
    ChangeSet._parse_template = _parse_own  # noqa: SLF001 moto calls it so


def _parse(template: str) -> dict[str, Any]:
    if template.lstrip().startswith("{"):
        try:
            parsed: dict[str, Any] = json.loads(template)
        except ValueError:
            pass  # YAML, too, may begin with a brace
        else:
            return parsed
    from_yaml: dict[str, Any] = _as_yaml(template)
    return from_yaml


def _parse_own(self: Any) -> None:
    self.template_dict = _parse(self.template)
