from collections.abc import Iterator
from itertools import count

import pytest
from moto.moto_api._internal.models import moto_api_backend

from constructs_lib.local import logs
from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import RealClock
from constructs_lib.local.metrics import api, backend
from constructs_lib.local.patching import Patches
from constructs_lib.local.stacks.accounts.regions import StacksOfAll
from constructs_lib.local.stacks.api.desk import Desk
from constructs_lib.local.stacks.engine import operation
from constructs_lib.local.stacks.handlers.registry import Handlers
from constructs_lib.local.stacks.services import Services
from constructs_lib.local.unemulated.moto import Moto
from tests.unit.local.stacks.handlers.lives import Account, HandlersAccount
from tests.unit.local.stacks.handlers.stacks_account import StacksAccount

LOCATION = Location("111122223333", "eu-west-1")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play each life by handlers alone, where a failure is seen as it is, and by the calls of CloudFormation."""
    if {"life", "account"} <= set(metafunc.fixturenames):
        metafunc.parametrize("account", ["handlers", "stacks"], indirect=True)


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    # Of alarms and queries there is more here than moto has.
    with Patches([*logs.patches(), *backend.patches(), *api.patches()]):
        yield Services(Moto(), LOCATION)
        moto_api_backend.reset()


@pytest.fixture
def account(services: Services, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    made: Account
    if getattr(request, "param", "handlers") == "handlers":
        made = HandlersAccount(Handlers({}), services)
    else:
        number = count(1)
        monkeypatch.setattr(operation, "physical_name", lambda _, *names: f"{'-'.join(names)}-{next(number):08X}")
        stacks = StacksOfAll(Moto(), {}, RealClock()).of(LOCATION)
        made = StacksAccount(Desk(stacks, lambda _: lambda *_: None))
    yield made
    made.deploy({})
