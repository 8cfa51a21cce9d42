"""Containers of a job that has several, in one task or one on each node, as runners see them."""

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
        suffix: what follows the job's id in its own, for a node of a multi-node job: ``#1``.
    """

    name: str
    spec: "JobSpec"
    essential: bool
    after: Mapping[str, str]
    suffix: str = ""
