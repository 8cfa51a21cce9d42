"""Stub."""

from typing import Any


def check_rules(template: Any, values: Any, pseudo: Any) -> None: ...
