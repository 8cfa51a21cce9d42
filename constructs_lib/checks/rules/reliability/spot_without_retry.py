"""Jobs on Spot that a reclaim ends."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from constructs_lib.checks.example import Example, pipeline
from constructs_lib.checks.model.pipelines import Pipelines
from constructs_lib.checks.model.retries import FAILED_JOB, retried
from constructs_lib.checks.model.values import items, member, number, text
from constructs_lib.checks.rule import Found, Rule
from constructs_lib.templates.unknown import Unknown

_RECLAIMS: Final[Mapping[str | None, tuple[str, str]]] = {
    "SPOT": ("Host EC2 (instance i-…) terminated.", "Host EC2*"),
    "FARGATE_SPOT": ("Your Spot Task was interrupted.", "Your Spot Task was interrupted*"),
}
"""By the type of an environment: the reason of a job that lost its capacity, and the pattern for it."""


def _look(pipelines: Pipelines) -> Iterator[Found]:
    for submit in pipelines.submits:
        definition, queue = submit.definition, submit.queue
        again = retried(submit.state, FAILED_JOB) if submit.state else ("", 0.0)
        if definition is None or queue is None or again is None or again[1]:
            continue
        spot = [environment for environment in queue.known_environments if environment.is_spot]
        if not spot:
            continue
        reclaim, pattern = _RECLAIMS[spot[0].resource_type]
        fix = f"Set RetryStrategy of the definition: several Attempts, and RETRY for `{pattern}`."
        own = submit.request.get("RetryStrategy", definition.properties.get("RetryStrategy"))
        attempts = 1 if own is None or member(own, "Attempts") is None else number(member(own, "Attempts"))
        if attempts == 1 and not isinstance(own, Unknown):
            got = f"1 attempt of jobs in {queue.shown}, submitted by {submit.shown}"
            yield Found(definition.resource, ("RetryStrategy",), got, f"{spot[0].shown} is of Spot", fix)
        elif _ends(member(own, "EvaluateOnExit"), reclaim):
            got = f"an EXIT for `{reclaim}` of jobs in {queue.shown}, submitted by {submit.shown}"
            yield Found(definition.resource, ("RetryStrategy",), got, f"{spot[0].shown} is of Spot", fix)


def _ends(conditions: Any, reclaim: str) -> bool:
    """Whether a reclaim is known to be no reason to try again: the first condition that fits decides."""
    for entry in items(conditions) or ():
        pattern = text(member(entry, "OnStatusReason"))
        if pattern is None:
            return False  # it has no exit code; what else it has, nobody knows
        if fnmatchcase(reclaim, pattern):
            return not {"OnReason", "OnExitCode"} & entry.keys() and str(member(entry, "Action")).upper() == "EXIT"
    return False


RULE = Rule(
    id="CHECK501",
    title="a job on Spot is tried again when its instance is taken back",
    severity="warning",
    otherwise=(
        "Spot capacity is taken back at any time. Without a second attempt each of that fails the job: `Host EC2 "
        "(instance i-…) terminated`, or on Fargate `Your Spot Task was interrupted`."
    ),
    fix=(
        "Set RetryStrategy of the definition: several Attempts, and RETRY for `Host EC2*`, or on Fargate for `Your "
        "Spot Task was interrupted*`."
    ),
    source="https://docs.aws.amazon.com/batch/latest/userguide/best-practices.html",
    example=Example(
        pipeline(
            computing="{Type: SPOT, MaxvCpus: 256, InstanceTypes: [optimal], Subnets: [subnet-1]}",
            job="RetryStrategy: {Attempts: <VALUE>}",
        ),
        wrong="1",
        right="3",
    ),
    look=_look,
)
