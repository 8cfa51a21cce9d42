"""The stacks of every account and region, made when somebody asks for them."""

import threading
import time
from collections.abc import Mapping
from functools import partial

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.imported import Imports
from constructs_lib.local.stacks.accounts.outside import AccountOutside, managed_policies
from constructs_lib.local.stacks.api.sources import source_of
from constructs_lib.local.stacks.engine.nested import NestedStack
from constructs_lib.local.stacks.engine.stack import STACK_TYPE
from constructs_lib.local.stacks.engine.stacks import Stacks
from constructs_lib.local.stacks.engine.world import World
from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.contract.stand_ins import StandIn
from constructs_lib.local.stacks.handlers.registry import Handlers
from constructs_lib.local.stacks.services import Application, Services

_STAND_IN = StandIn()


class StacksOfAll:
    """The stacks of an embedded AWS.

    Args:
        application: what answers the requests of resource handlers, past every check of rights.
        handlers: those that need something of the embedded AWS, such as its AWS Batch, by resource type.
        clock: tells the time.
        endpoint_url: where their services are asked, as URLs of resources have it. Default: nowhere.
    """

    def __init__(
        self,
        application: Application,
        handlers: Mapping[str, Handler],
        clock: Clock,
        endpoint_url: str = "http://127.0.0.1",
    ) -> None:
        self._application = application
        self._endpoint_url = endpoint_url
        self._given = handlers
        self._clock = clock
        self._lock = threading.RLock()
        self._places: dict[Location, Stacks] = {}

    def of(self, location: Location) -> Stacks:
        """The stacks of an account and region."""
        with self._lock:
            if location not in self._places:
                self._places[location] = Stacks(partial(self._world, location))
            return self._places[location]

    def locations(self) -> list[Location]:
        """The accounts and regions that have stacks."""
        with self._lock:
            return [location for location, stacks in self._places.items() if stacks.present()]

    def close(self, seconds: float = 5) -> None:
        """Let what is being done to stacks end, for a while."""
        ends = time.monotonic() + seconds
        with self._lock:
            places = list(self._places.values())
        for stack in [stack for stacks in places for stack in stacks.present()]:
            stack.wait(max(0.0, ends - time.monotonic()))

    def _world(self, location: Location, stacks: Stacks) -> World:
        services = Services(self._application, location, self._endpoint_url)
        nested = NestedStack(lambda: stacks, lambda request, name, stack: source_of(request, stacks.world, name, stack))
        handlers = Handlers({**self._given, STACK_TYPE: nested})
        return World(
            services=services,
            handler=lambda kind: handlers.of(kind) or _STAND_IN,
            not_emulated=handlers.not_emulated,
            outside=AccountOutside(services, self.of),
            exports=stacks,
            managed_policies=lambda: managed_policies(services),
            clock=self._clock,
            imported=Imports(location),
        )
