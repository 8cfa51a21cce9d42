"""One embedded AWS for the tests of a module, whose time is virtual."""

from collections.abc import Iterator

import pytest

from constructs_lib.local.aws import EmbeddedAws
from constructs_lib.local.clocks.virtual_clock import VirtualClock
from constructs_lib.local.runners import Ending
from constructs_lib.local.runners.simulated import SimulatedRunner
from tests.local.deliveries.clockwork import START, Account


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account in which each job takes ten minutes, and succeeds."""
    clock = VirtualClock(START.timestamp())
    runner = SimulatedRunner(lambda _: (600.0, Ending(0)), clock)
    with EmbeddedAws(tmp_path_factory.mktemp("aws"), clock=clock, runner=runner) as aws:
        yield Account(aws)
