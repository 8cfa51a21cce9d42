"""The workflow that reviews pull requests: the same file for new projects as in the documentation."""

from pathlib import Path
from typing import Final

_NAME: Final = "review_pull_requests.yml"
_IN_WHEEL: Final = Path(__file__).parent / _NAME
_IN_REPOSITORY: Final = Path(__file__).parents[2] / "docs" / "examples" / _NAME


def review_workflow() -> str:
    """Its text.

    There is one source of it, in ``docs/examples``; a wheel brings a copy, see the build in ``pyproject.toml``.
    """
    return (_IN_WHEEL if _IN_WHEEL.is_file() else _IN_REPOSITORY).read_text(encoding="utf-8")
