"""Custom resources: what stacks have that a function makes.

Functions in Python run. The functions that the CDK brings along are in JavaScript: what they do is done here, in
`providers`. A custom resource of any other function is there, but its function is not run.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
"""

from collections.abc import Callable
from typing import Any

from constructs_lib.local.account import Location
from constructs_lib.local.clocks.clock import Clock
from constructs_lib.local.stacks.handlers.contract.handler import Handler
from constructs_lib.local.stacks.handlers.custom.functions import Functions
from constructs_lib.local.stacks.handlers.custom.resources import CUSTOM_RESOURCE, CustomResources, is_custom
from constructs_lib.local.stacks.handlers.custom.responses import Responses

__all__ = ["CustomResources", "custom_handlers", "is_custom"]


def custom_handlers(client: Callable[[str, Location], Any], clock: Clock) -> dict[str, Handler]:
    """The handler of custom resources, of all types, whose functions run.

    Args:
        client: makes a client for an account and region, whose addresses programs can reach.
        clock: tells the time.
    """
    return {CUSTOM_RESOURCE: CustomResources(Functions(Responses(client, clock), clock))}
