from collections.abc import Iterator

import pytest
from moto.moto_api._internal.models import moto_api_backend

from constructs_lib.local.account import Location
from constructs_lib.local.stacks.handlers.registry import Handlers
from constructs_lib.local.stacks.services import Services
from constructs_lib.local.unemulated.moto import Moto
from tests.unit.local.stacks.handlers.lives import Account, HandlersAccount


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    yield Services(Moto(), Location("111122223333", "eu-west-1"))
    moto_api_backend.reset()


@pytest.fixture
def account(services: Services) -> Iterator[Account]:
    made = HandlersAccount(Handlers({}), services)
    yield made
    made.deploy({})
