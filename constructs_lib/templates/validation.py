"""Stub."""

from typing import Any


def validate(template: Any, *, is_shallow: bool = False) -> None: ...
