"""What is said where no rule knows the cause: what was looked at, and what to look at next."""

from collections.abc import Sequence

from constructs_lib.ops.reasons.explanations import Cause, Finding, Fix


def unknown(what: str, looked_at: Sequence[str], *fixes: Fix, source: str) -> Finding:
    """A finding without a cause.

    Args:
        what: a sentence of what is known.
        looked_at: what was looked at, and what it says.
        fixes: what to look at next.
        source: the page of AWS that goes on from here.
    """
    return Finding(Cause.UNKNOWN, f"{what} The cause is not known.", tuple(looked_at), fixes, source)
