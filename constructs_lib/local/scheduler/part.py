"""Containers of a job that has several, as runners see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from constructs_lib.local.scheduler.job import JobSpec


@dataclass(frozen=True, slots=True)
class Part:
    """A container of a job that has several.

    Args:
        name: its own among them.
        spec: what it runs, in the shape of a job of one container.
        essential: its end is the job's end.
        after: other containers by name, and what has to have happened to each: ``START``, ``COMPLETE``, ``SUCCESS``.
    """

    name: str
    spec: "JobSpec"
    essential: bool
    after: Mapping[str, str]
