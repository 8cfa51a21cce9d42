"""Replacing single attributes of moto's classes, and putting the originals back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

_ABSENT = object()


@dataclass(frozen=True)
class Patch:
    """One attribute of a class or module, and what takes its place."""

    owner: Any
    attribute: str
    replacement: Any


@dataclass(frozen=True)
class Around(Patch):
    """An attribute whose replacement is made of what is in force before, moto's own or an earlier patch."""

    def made_of(self, before: Any) -> Any:
        """The replacement."""
        return self.replacement(before)


class PatchSet:
    """Patches that are in force together, or not at all."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._in_force: list[tuple[Patch, Any]] = []

    def apply(self, patches: list[Patch]) -> None:
        """Put the replacements in place; does nothing while some are."""
        with self._lock:
            if self._in_force:
                return
            for patch in patches:
                self._in_force.append((patch, vars(patch.owner).get(patch.attribute, _ABSENT)))
                made = patch.replacement
                if isinstance(patch, Around):
                    made = patch.made_of(getattr(patch.owner, patch.attribute))
                setattr(patch.owner, patch.attribute, made)

    def undo(self) -> None:
        """Put the originals back."""
        with self._lock:
            while self._in_force:
                patch, original = self._in_force.pop()
                if original is _ABSENT:
                    delattr(patch.owner, patch.attribute)
                else:
                    setattr(patch.owner, patch.attribute, original)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Do without the patches for a while."""
        with self._lock:
            patches = [patch for patch, _ in self._in_force]
            self.undo()
            try:
                yield
            finally:
                self.apply(patches)
