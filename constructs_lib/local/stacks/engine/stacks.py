"""The stacks of an account and region: found by name or ARN, with what they export to each other."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from constructs_lib.local.stacks.engine.change_sets import ChangeSet
from constructs_lib.local.stacks.engine.errors import CallError, NotFoundError
from constructs_lib.local.stacks.engine.stack import Source, Stack
from constructs_lib.local.stacks.engine.world import World
from constructs_lib.templates.evaluation import Output

REVIEW = "REVIEW_IN_PROGRESS"
DELETED = "DELETE_COMPLETE"


class Stacks:
    """The stacks of one account and region.

    Args:
        world: makes what their operations need, given these stacks.
    """

    def __init__(self, world: Callable[["Stacks"], World]) -> None:
        self._stacks: dict[str, Stack] = {}
        self.change_sets: dict[str, ChangeSet] = {}
        self.lock = threading.RLock()
        self.world = world(self)

    def __iter__(self) -> Iterator[Stack]:
        """All of them, deleted ones too, the oldest first."""
        return iter(list(self._stacks.values()))

    def present(self) -> list[Stack]:
        """Those that are not deleted."""
        return [stack for stack in self if stack.status != DELETED]

    def find(self, name_or_id: str) -> Stack | None:
        """A stack by its name, or by its ARN, by which deleted ones are found, too."""
        if name_or_id in self._stacks:
            return self._stacks[name_or_id]
        return next((stack for stack in self.present() if stack.name == name_or_id), None)

    def get(self, name_or_id: str, words: str = "Stack [{}] does not exist") -> Stack:
        """A stack by its name or ARN.

        Raises:
            NotFoundError: there is none.
        """
        found = self.find(name_or_id)
        if found is None:
            raise NotFoundError(words.format(name_or_id))
        return found

    def add(self, name: str, source: Source, parent: Stack | None = None) -> Stack:
        """Make the record of a new stack, without a status."""
        arn = self.world.services.arn("cloudformation", f"stack/{name}/{uuid.uuid4()}")
        root = (parent.root or parent.id) if parent else None
        stack = Stack(arn, name, source, self.world.now(), parent=parent.id if parent else None, root=root)
        self._stacks[arn] = stack
        return stack

    def forget(self, stack: Stack) -> None:
        """Leave no trace of a stack that was only reviewed."""
        del self._stacks[stack.id]
        self.forget_change_sets(stack)

    def forget_change_sets(self, stack: Stack) -> None:
        """Delete the change sets of a stack."""
        for key in [key for key, item in self.change_sets.items() if item.stack_id == stack.id]:
            del self.change_sets[key]

    def change_sets_of(self, stack: Stack) -> list[ChangeSet]:
        """The change sets of a stack."""
        return [item for item in list(self.change_sets.values()) if item.stack_id == stack.id]

    def find_change_set(self, name_or_id: str, stack: str | None) -> ChangeSet | None:
        """A change set by its ARN, or by its name and its stack's name or ARN."""
        for found in list(self.change_sets.values()):
            is_named = name_or_id == found.name and stack in (found.stack_name, found.stack_id)
            if is_named or name_or_id == found.id:
                return found
        return None

    def change_set(self, name_or_id: str, stack: str | None) -> ChangeSet:
        """A change set.

        Raises:
            CallError: there is none.
        """
        found = self.find_change_set(name_or_id, stack)
        if found is None:
            raise CallError(f"ChangeSet [{name_or_id}] does not exist", "ChangeSetNotFound")
        return found

    def exports(self) -> Iterator[tuple[Stack, Output]]:
        """What is exported, with who exports it, by name."""
        found = [(stack, item) for stack in self.present() for item in stack.outputs.values() if item.export_name]
        return iter(sorted(found, key=lambda pair: str(pair[1].export_name)))

    def exporter(self, name: str) -> Stack | None:
        """The stack that exports a name."""
        return next((stack for stack, output in self.exports() if output.export_name == name), None)

    def exported(self, name: str) -> Any:
        """The value of an export.

        Raises:
            NotFoundError: nobody exports it.
        """
        for _, output in self.exports():
            if output.export_name == name:
                return output.value
        raise NotFoundError(f"No export named {name} found.")

    def importers(self, name: str) -> list[str]:
        """The names of the stacks that import a name."""
        return [stack.name for stack in self.present() if name in stack.imports]
