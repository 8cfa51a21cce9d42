"""Rules for jobs that wait: over a `Situation`, each in a file of its own idea; `findings` asks them in their order."""

from collections.abc import Callable, Iterator
from typing import Final

from constructs_lib.ops.reasons.explanations import Cause, Finding
from constructs_lib.ops.reasons.waiting.blocked import reported_by_aws
from constructs_lib.ops.reasons.waiting.consumables import consumables_used
from constructs_lib.ops.reasons.waiting.dependencies import open_dependencies
from constructs_lib.ops.reasons.waiting.environments import unusable_environments, unusable_queue
from constructs_lib.ops.reasons.waiting.instances import missing_instances, slow_start
from constructs_lib.ops.reasons.waiting.order import behind_others, vcpus_in_use
from constructs_lib.ops.reasons.waiting.placement import never_placed
from constructs_lib.ops.reasons.waiting.situation import Situation

Rule = Callable[[Situation], Iterator[Finding]]

_OBSTACLES: Final[tuple[Rule, ...]] = (
    open_dependencies,
    unusable_queue,
    unusable_environments,
    never_placed,
    reported_by_aws,
    consumables_used,
)
"""What keeps a job from ever running, or until something else happens; what has to be mended first comes first."""

_TURNS: Final[tuple[Rule, ...]] = (behind_others, vcpus_in_use, missing_instances, slow_start)
"""What a job waits for that can run: asked only where nothing else keeps it from running."""


def findings(situation: Situation) -> list[Finding]:
    """Everything that keeps a job from running, the cause first; nothing where nobody knows."""
    return _asked(_OBSTACLES, situation) or _asked(_TURNS, situation)


def _asked(rules: tuple[Rule, ...], situation: Situation) -> list[Finding]:
    """What some rules say; two that name the same cause say it once, with the evidence of both."""
    found: dict[Cause, Finding] = {}
    for rule in rules:
        for finding in rule(situation):
            known = found.get(finding.cause)
            found[finding.cause] = known.with_evidence(*finding.evidence) if known else finding
    return list(found.values())
