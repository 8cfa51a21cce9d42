"""Jobs that wait for their turn: others are ahead, a share has used its part, or all vCPUs are in use.

Sources: https://docs.aws.amazon.com/batch/latest/userguide/job_scheduling.html and
https://docs.aws.amazon.com/batch/latest/userguide/share-identifiers.html
"""

from collections import Counter
from collections.abc import Iterator

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix, counted, listed
from constructs_lib.ops.reasons.job_descriptions import demand, name_of, vcpus
from constructs_lib.ops.reasons.waiting.blocked import blocked
from constructs_lib.ops.reasons.waiting.placement import miss
from constructs_lib.ops.reasons.waiting.situation import Line, Situation, most_vcpus, name
from constructs_lib.ops.times import age

_ORDER = "https://docs.aws.amazon.com/batch/latest/userguide/job_scheduling.html"
_BLOCKED = "https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html"
_SHARES = "https://docs.aws.amazon.com/batch/latest/userguide/share-identifiers.html"


def behind_others(situation: Situation) -> Iterator[Finding]:
    """Jobs that are before it in the queue; where they are of other shares, the shares are the cause."""
    line = situation.line
    if line is None or not line.count or not situation.is_runnable:
        return
    if found := _blocked_by_first(situation, line) or _by_shares(situation, line):
        yield found
        return
    least = "" if line.is_all else "at least "
    verb = "is" if line.count == 1 and line.is_all else "are"
    order = ", which starts them in the order in which they came" if situation.policy is None else ""
    yield Finding(
        Cause.OTHERS_AHEAD,
        f"{least.capitalize()}{counted(line.count, 'job')} {verb} ahead of it in queue {situation.queue_name}"
        f"{order}. {_when(line)}",
        _evidence(situation, line),
        (
            *_more_vcpus(situation),
            Fix("Or submit it to a queue of higher priority over the same environments, which is served first."),
        ),
        _ORDER,
    )


def vcpus_in_use(situation: Situation) -> Iterator[Finding]:
    """The head of the queue, for which the jobs that run leave no room."""
    line, environments = situation.line, situation.usable
    if line is None or line.count or not situation.is_runnable or not environments:
        return
    most, held = sum(map(most_vcpus, environments)), situation.used + situation.held_elsewhere
    wanted = demand(situation.job).vcpus or 0
    if not held or most - held >= wanted:
        return
    elsewhere = f", {situation.held_elsewhere:,g} of them by jobs of other queues" if situation.held_elsewhere else ""
    needed = f"{counted(wanted, 'vCPU')} {'is' if wanted == 1 else 'are'}"
    yield Finding(
        Cause.VCPUS_IN_USE,
        f"It is next, and {held:,g} of the {counted(most, 'vCPU')} that the environments of queue "
        f"{situation.queue_name} may have are in use{elsewhere}: it starts when {needed} free.",
        _evidence(situation, line),
        _more_vcpus(situation),
        _ORDER,
    )


def _blocked_by_first(situation: Situation, line: Line) -> Finding | None:
    """The job at the head of the queue, where it is one that nothing can hold: all others wait behind it."""
    first = line.first[0] if line.first else None
    environments = situation.usable
    if first is None or not environments:
        return None
    misses = [miss(first, each) for each in environments]
    why = blocked(first) or (misses[0] if all(misses) else None)
    if why is None:
        return None
    return Finding(
        Cause.QUEUE_BLOCKED,
        f"Job {name_of(first)} is at the head of queue {situation.queue_name} and cannot be placed, so that all others "
        "wait behind it.",
        (f"{name_of(first)} ({first['jobId']}): {why.sentence}", *_evidence(situation, line)),
        (
            Fix.run("See what that job lacks.", "constructs-lib", "why", first["jobId"]),
            Fix.run("Or end it, so that the next one comes.", "constructs-lib", "stop", first["jobId"]),
            Fix("Let the queue cancel such jobs by itself: jobStateTimeLimitActions, which JobQueue has by default."),
        ),
        _BLOCKED,
    )


def _by_shares(situation: Situation, line: Line) -> Finding | None:
    if situation.policy is None:
        return None
    own = situation.job.get("shareIdentifier", "")
    ahead = Counter(str(each.get("shareIdentifier", "")) for each in line.first)
    others = [share for share, _ in ahead.most_common() if share != own]
    if not others or sum(ahead[share] for share in others) < ahead[own]:
        return None
    used = _usage(situation)
    shown = [own, *others]
    least = "" if line.is_all else "at least "
    return Finding(
        Cause.SHARE_USED,
        f"Its share {own} has used its part of queue {situation.queue_name}: jobs of {listed(others)}, which used less "
        f"for their weight, come first. {least.capitalize()}{counted(line.count, 'job')} "
        f"{'is' if line.count == 1 else 'are'} ahead of it.",
        (
            *(
                f"share {share}: weight factor {weight(situation, share):g}, "
                f"{counted(used.get(share, 0.0), 'vCPU')} in use now"
                for share in shown[:5]
            ),
            *_evidence(situation, line),
        ),
        (
            Fix(
                f"Give {own} a lower weight factor, which is a larger part: shares of FairShare, or the policy itself.",
                "aws batch describe-scheduling-policies --arns " + str((situation.policy or {}).get("arn", "ARN")),
            ),
            Fix("Within its share, a higher scheduling priority brings a job to the front."),
            *_more_vcpus(situation),
        ),
        _SHARES,
    )


def weight(situation: Situation, share: str) -> float:
    """The weight factor of a share by the policy of the queue; a lower one is a larger part."""
    entries = (situation.policy or {}).get("fairsharePolicy", {}).get("shareDistribution", [])
    exact = [entry for entry in entries if entry["shareIdentifier"] == share]
    prefixes = [entry for entry in entries if _is_prefix(entry["shareIdentifier"], share)]
    return float(next((entry.get("weightFactor", 1.0) for entry in [*exact, *prefixes]), 1.0))


def _is_prefix(identifier: str, share: str) -> bool:
    return identifier.endswith("*") and share.startswith(identifier[:-1])


def _usage(situation: Situation) -> dict[str, float]:
    utilization = situation.snapshot.get("queueUtilization", {}).get("fairshareUtilization", {})
    return {
        entry["shareIdentifier"]: float(sum(usage["quantity"] for usage in entry.get("capacityUsage", [])))
        for entry in utilization.get("topCapacityUtilization", [])
    }


def _when(line: Line) -> str:
    if not line.ended or not line.seconds:
        return "No end of a job was seen in the last hour, so that nobody can say when it is its turn."
    seconds = line.count / line.ended * line.seconds
    at_least = "in" if line.is_all else "at the earliest in"
    return f"At the present pace it is its turn {at_least} {age(seconds)}."


def _evidence(situation: Situation, line: Line) -> tuple[str, ...]:
    lines = []
    if line.first:
        held = sum(vcpus(each) for each in line.first)
        front = ", ".join(dict.fromkeys(name_of(each) for each in line.first[:3]))
        of_all = "They ask" if line.is_all and len(line.first) == line.count else f"The first {len(line.first)} ask"
        lines.append(f"{of_all} for {counted(held, 'vCPU')} in all; at the front: {front}")
    most = sum(map(most_vcpus, situation.usable))
    if situation.snapshot:
        lines.append(f"In use by the queue: {situation.used:,g} of {counted(most, 'vCPU')}")
    if line.ended:
        lines.append(f"{counted(line.ended, 'job')} of the queue ended in the last {age(line.seconds)}")
    return tuple(lines)


def _more_vcpus(situation: Situation) -> tuple[Fix, ...]:
    environments = situation.usable
    if not environments or situation.used + situation.held_elsewhere < sum(map(most_vcpus, environments)) / 2:
        return ()  # what runs is far from the maximum, so that more of it would change nothing
    first = environments[0]
    return (
        Fix.run(
            "Allow more vCPUs at a time.",
            *("constructs-lib", "scale", name(first), "--max-vcpus", f"{2 * most_vcpus(first):g}"),
        ),
    )
