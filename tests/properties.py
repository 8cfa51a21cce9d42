"""How many examples a property is tried with: few in `make test`, many in `make nightly`."""

from hypothesis import settings

PROFILES = {"tests": 30, "nightly": 5_000}


def examples(share: float) -> int:
    """A share of the profile's examples, for a property whose example takes more than a few milliseconds."""
    return max(3, round(settings.default.max_examples * share))
