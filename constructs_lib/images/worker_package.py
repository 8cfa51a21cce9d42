"""Where the worker is that runs a Python job inside its image."""

from pathlib import Path
from typing import Final

NEEDS: Final = "obstore>=0.12,<0.13"
"""What it reaches S3 with, as pip is told."""
_IN_WHEEL: Final = Path(__file__).parent / "worker"
_IN_REPOSITORY: Final = Path(__file__).parents[2] / "container" / "worker"


def worker_package() -> Path:
    """The directory of the package ``worker``: a file of ours to copy, never one to import.

    There is one source of it, ``container/worker``; a wheel brings a copy, see the build in ``pyproject.toml``.
    """
    return _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_REPOSITORY
