"""A run as a picture and a page: which jobs ran when, on how many vCPUs, and what the failed ones wrote.

What draws is imported when it is first used: whoever asks for bars alone needs no templates.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from constructs_lib.local.runs.report.bars import Bar, bars

if TYPE_CHECKING:
    from constructs_lib.local.runs.report.drawing import timeline_svg
    from constructs_lib.local.runs.report.page import Failure, Report, render

_MODULES = {
    "Failure": "page",
    "Report": "page",
    "render": "page",
    "timeline_svg": "drawing",
}

__all__ = ["Bar", "Failure", "Report", "bars", "render", "timeline_svg"]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
