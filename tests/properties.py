"""How much is tried: few examples of a property in `make test`, many in `make nightly`."""

import os

from hypothesis import settings

PROFILES = {"tests": 30, "nightly": 5_000}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "tests")
NIGHTLY = PROFILE == "nightly"


def examples(share: float) -> int:
    """A share of the profile's examples, for a property whose example takes more than a few milliseconds."""
    return max(3, round(settings.default.max_examples * share))
