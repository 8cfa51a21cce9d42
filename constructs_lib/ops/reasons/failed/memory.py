"""Jobs that ran out of memory, and the size that is next.

Source: https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html
"""

from constructs_lib.instance_types.fitting import Demand
from constructs_lib.limits import FARGATE_SIZES
from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix
from constructs_lib.ops.reasons.failed.failed_job import FailedJob
from constructs_lib.ops.reasons.job_descriptions import demand, is_for_fargate

_PAGE = "https://docs.aws.amazon.com/batch/latest/userguide/memory-management.html"
_KILLED = 137
_GIB = 1024


def out_of_memory(job: FailedJob) -> Finding | None:
    """A job that Linux has killed for its memory; also one that was killed and nobody says why."""
    said = any("OutOfMemory" in text for text in job.endings)
    if not said and job.exit_code != _KILLED:
        return None
    wanted = demand(job.job)
    had = wanted.memory or 0
    bigger = next_size(had, wanted.vcpus or 0, fargate=is_for_fargate(job.job))
    asked = f" than the {had:,.0f} MiB that it asks for" if had else " than it asks for"
    if said:
        sentence = f"It used more memory{asked}, and was killed."
    else:
        sentence = (
            f"It was killed (exit code {_KILLED}, SIGKILL) and nobody says why: mostly it used more memory{asked}, or "
            "a process within it did."
        )
    evidence = next((text for text in job.endings if "OutOfMemory" in text), f"exit code {_KILLED}")
    return Finding(Cause.OUT_OF_MEMORY, sentence, (evidence, *job.last_lines), _more(wanted, bigger), _PAGE)


def _more(wanted: Demand, bigger: int | None) -> tuple[Fix, ...]:
    if not wanted.memory:
        return (Fix("Give the job more memory."),)
    if bigger is None:
        largest = f"Fargate has no more than {wanted.memory:,.0f} MiB for {wanted.vcpus:g} vCPUs"
        return (Fix(f"{largest}: ask for more vCPUs, too, or use instances."),)
    return (
        Fix(
            f"Give the job {bigger:,} MiB: memory=Size.mebibytes({bigger}) in the definition, or MEMORY {bigger} in "
            "the overrides."
        ),
        Fix(f"Or let only the items that need it run again with more: memory_steps=[{_size(bigger)}] of a fan-out."),
    )


def next_size(memory: float, vcpus: float, *, fargate: bool) -> int | None:
    """Twice the memory; on Fargate the size that is at least that, or the largest, or None if there is none larger."""
    if not fargate:
        return int(2 * memory) or None
    larger = [size for size in FARGATE_SIZES.get(vcpus, ()) if size > memory]
    return next((size for size in larger if size >= 2 * memory), larger[-1] if larger else None)


def _size(mebibytes: int) -> str:
    whole, rest = divmod(mebibytes, _GIB)
    return f"Size.mebibytes({mebibytes})" if rest else f"Size.gibibytes({whole})"
