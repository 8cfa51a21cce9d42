"""What is deleted after what: the reverse of the order in which resources are made.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
"""

from functools import cached_property
from typing import Final

from constructs_lib.checks.model.resources import Model, Resource, Stack
from constructs_lib.templates.references import dependencies

_KEPT: Final = ("Retain", "RetainExceptOnCreate")


class Lifetimes:
    """The order of deletion in all stacks.

    Args:
        model: the stacks.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._graphs: dict[int, dict[str, set[str]]] = {}

    def outlives(self, later: Resource, earlier: Resource) -> bool:
        """Whether a resource is deleted only after another one, of the same stack or of one that refers to it."""
        if later.stack is not earlier.stack:
            return True
        graph = self._graph(later.stack)
        seen: set[str] = set()
        open_ones = [earlier.logical_id]
        while open_ones:
            found = graph.get(open_ones.pop(), set()) - seen
            if later.logical_id in found:
                return True
            seen |= found
            open_ones += found
        return False

    def root(self, stack: Stack) -> Stack:
        """The stack that a stack is nested in at last, or itself."""
        while stack.number in self._parents:
            stack = self._parents[stack.number]
        return stack

    @cached_property
    def _parents(self) -> dict[int, Stack]:
        return {inner.number: stack for stack in self._model.stacks for inner in stack.nested.values()}

    def _graph(self, stack: Stack) -> dict[str, set[str]]:
        if stack.number not in self._graphs:
            self._graphs[stack.number] = dependencies(stack.template, stack.resources)
        return self._graphs[stack.number]


def is_kept(resource: Resource) -> bool | None:
    """Whether a resource stays when its stack is deleted; None if that is not known."""
    found = resource.attributes.get("DeletionPolicy", "Delete")
    if not isinstance(found, str):
        return None
    return found in _KEPT
