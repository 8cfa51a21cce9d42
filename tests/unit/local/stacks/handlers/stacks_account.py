"""An account whose resources live in a stack, by the calls of CloudFormation."""

import json
from typing import Any

from constructs_lib.local.stacks.api.calls import CALLS
from constructs_lib.local.stacks.api.desk import Desk
from constructs_lib.local.stacks.engine.errors import CallError
from constructs_lib.local.stacks.engine.evaluating import evaluator
from constructs_lib.local.stacks.engine.stack import Stack
from constructs_lib.local.stacks.services import Services
from tests.unit.local.stacks.handlers.lives import Resources


class StacksAccount:
    """Deploys by the calls of CloudFormation."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.services: Services = desk.world.services

    def deploy(self, resources: Resources) -> None:
        """Let there be these resources and no others."""
        name = "lives"
        found = self._desk.stacks.find(name)
        if not resources:
            if found:
                self._call("DeleteStack", StackName=name)
                assert self._ended(found) == "DELETE_COMPLETE", self._reasons(found)
            return
        body = json.dumps({"Resources": resources})
        request = {"StackName": name, "TemplateBody": body, "Capabilities": ["CAPABILITY_NAMED_IAM"]}
        if found is None:
            self._call("CreateStack", **request)
            assert self._ended(self._stack) == "CREATE_COMPLETE", self._reasons(self._stack)
            return
        try:
            self._call("UpdateStack", **request)
        except CallError as error:
            if error.message != "No updates are to be performed.":
                raise
            return
        assert self._ended(found) == "UPDATE_COMPLETE", self._reasons(found)

    def physical_id(self, logical_id: str) -> str:
        """What ``Ref`` gives."""
        return self._stack.resources[logical_id].physical_id

    def attribute(self, logical_id: str, name: str) -> Any:
        """What ``Fn::GetAtt`` gives."""
        resource = self._stack.resources[logical_id]
        assert resource.made is not None
        assert resource.desired is not None
        return self._desk.world.handler(resource.resource_type).attribute(resource.made, resource.desired, name)

    def resolve(self, value: Any) -> Any:
        """A value without references."""
        return evaluator(self._stack, self._stack.source, self._desk.world).value(value)

    @property
    def _stack(self) -> Stack:
        return self._desk.stacks.get("lives")

    def _call(self, operation: str, **request: Any) -> None:
        CALLS[operation](self._desk, request)

    @staticmethod
    def _ended(stack: Stack) -> str:
        assert stack.wait(20)
        return stack.status

    @staticmethod
    def _reasons(stack: Stack) -> list[str]:
        return [f"{event.logical_id} {event.status}: {event.reason}" for event in stack.events if event.reason]
