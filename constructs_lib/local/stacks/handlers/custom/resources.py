"""The handler of custom resources."""

import contextlib
from typing import Any

from constructs_lib.local.stacks.handlers.contract.handler import Desired, HandlerError, Made
from constructs_lib.local.stacks.handlers.custom.functions import Functions
from constructs_lib.local.stacks.handlers.custom.providers import PROVIDERS
from constructs_lib.local.stacks.handlers.custom.providers.requests import Answer, Request, request
from constructs_lib.local.stacks.not_emulated import NOT_RUN

CUSTOM_RESOURCE = "AWS::CloudFormation::CustomResource"


def is_custom(resource_type: str) -> bool:
    """Whether a resource type is one of a function."""
    return resource_type.startswith("Custom::") or resource_type == CUSTOM_RESOURCE


class CustomResources:
    """Makes custom resources by what provides them.

    Args:
        functions: runs functions. Default: none run.
    """

    def __init__(self, functions: Functions | None = None) -> None:
        self._functions = functions

    def create(self, desired: Desired) -> Made:
        """Let it be made; one whose provider has failed is deleted again, as CloudFormation asks for it then."""
        asked = request("Create", desired)
        if not self._is_provided(asked):
            return Made(desired.logical_id, note=NOT_RUN)
        try:
            answer = self._ask(asked)
        except Exception:
            if desired.resource_type not in PROVIDERS:
                with contextlib.suppress(Exception):  # what went wrong before is what is told
                    self._ask(request("Delete", desired, desired.name))
            raise
        return Made(answer.physical_id, answer.data)

    def update(self, made: Made, desired: Desired, before: Desired) -> Made:
        """Let it be changed; one with another physical id takes its place."""
        if desired.properties["ServiceToken"] != before.properties["ServiceToken"]:
            raise HandlerError("Modifying service token is not allowed.", None)
        if made.note is not None:
            return made
        answer = self._ask(request("Update", desired, made.physical_id, before))
        return Made(answer.physical_id, answer.data)

    def delete(self, made: Made, desired: Desired) -> None:
        """Let it be deleted."""
        if made.note is None:
            self._ask(request("Delete", desired, made.physical_id))

    def attribute(self, made: Made, desired: Desired, name: str) -> Any:
        """Tell what its provider has answered; nothing of one whose function was not run, as that could be anything."""
        if made.note is not None:
            return ""
        if name in made.model:
            return made.model[name]
        message = f"CustomResource attribute error: Vendor response doesn't contain {name} attribute in object"
        raise HandlerError(f"{message} {desired.stack_id}|{desired.logical_id}", None)

    def replaces(self, desired: Desired, before: Desired) -> bool | None:
        """Leave it to the provider, which tells by the physical id."""
        del desired, before
        return False

    def _is_provided(self, asked: Request) -> bool:
        if asked.event["ResourceType"] in PROVIDERS:
            return True
        return self._functions is not None and self._functions.runs(asked.event["ServiceToken"], asked.services)

    def _ask(self, asked: Request) -> Answer:
        if provider := PROVIDERS.get(asked.event["ResourceType"]):
            return provider(asked)
        if self._functions is None:
            raise HandlerError("no function runs here")
        return self._functions.ask(asked)
