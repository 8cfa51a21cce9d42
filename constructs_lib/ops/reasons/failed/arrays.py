"""Array jobs whose children have failed: which, for how many different reasons, and one child of each.

Source: https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, counted, shortened

_PAGE = "https://docs.aws.amazon.com/batch/latest/userguide/array_jobs.html"
_SHOWN = 10
_GROUPS: Final = 5
_OWN: Final = re.compile(
    r"\bi-[0-9a-f]{8,}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|[Rr]equest ?[Ii][Dd]: [\w-]+"
)
"""What each child has of its own in a reason that it shares with others: instances, tasks, requests."""


@dataclass(slots=True)
class Group:
    """Children that have failed for the same reason.

    Attributes:
        reason: of AWS Batch, and the exit code where there is one.
        count: how many they are.
        first: the indexes of the first of them.
        example: the id of the first.
    """

    reason: str
    count: int = 0
    first: list[int] = field(default_factory=list)
    example: str = ""


def groups(children: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Children by their reasons, the largest group first.

    Args:
        children: as ListJobs has them; any number, of which few are kept.
    """
    found: dict[str, Group] = {}
    for child in children:
        reason = _reason(child)
        group = found.setdefault(reason, Group(reason, example=str(child["jobId"])))
        group.count += 1
        if len(group.first) < _SHOWN:
            group.first.append(child.get("arrayProperties", {}).get("index", 0))
    return sorted(found.values(), key=lambda group: -group.count)


def children_failed(job: Mapping[str, Any], found: Sequence[Group], *, is_all: bool) -> Finding:
    """What an array says whose children have failed.

    Args:
        job: as DescribeJobs has it.
        found: the children by their reasons.
        is_all: whether all failed children were looked at.
    """
    properties = job.get("arrayProperties", {})
    failed = properties.get("statusSummary", {}).get("FAILED") or sum(group.count for group in found)
    of = properties.get("size", failed)
    reasons = (
        f"for {len(found)} different reasons" if len(found) > 1 else "all for the same reason" if failed > 1 else ""
    )
    limit = "" if is_all else f" Of them, {sum(group.count for group in found):,} were looked at."
    return Finding(
        Cause.CHILDREN_FAILED,
        f"{failed:,} of its {counted(of, 'child', 'children')} failed{', ' if reasons else ''}{reasons}.{limit}",
        tuple(_line(group) for group in found[:_GROUPS]),
        tuple(
            Fix.run(f"See more of child {group.first[0]}.", "constructs-lib", "why", group.example)
            for group in found[:_GROUPS]
        ),
        _PAGE,
    )


def _line(group: Group) -> str:
    shown = ", ".join(map(str, sorted(group.first)))
    more = ", …" if group.count > len(group.first) else ""
    return f"{counted(group.count, 'child', 'children')} ({shown}{more}): {shortened(group.reason, 200)}"


def _reason(child: Mapping[str, Any]) -> str:
    container = child.get("container", {})
    parts = [
        _OWN.sub("…", str(child.get("statusReason") or "no reason is given")),
        _OWN.sub("…", str(container["reason"])) if container.get("reason") else "",
        f"exit code {container['exitCode']}" if "exitCode" in container else "",
    ]
    return ", ".join(part for part in parts if part)
