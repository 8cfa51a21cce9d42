"""Which instances have room for which jobs, without looking at all of them for every job."""

from collections.abc import Collection
from dataclasses import dataclass, field

from constructs_lib.local.scheduler.shapes.capacity import Instance, Needs

_KINDS = 256
"""For so many kinds of jobs rooms are remembered."""

_SLACK = 64
"""A list may be so much longer than twice the number of instances before it is made anew."""


@dataclass(slots=True)
class _Kind:
    candidates: list[Instance]
    """Instances that had room when they were put here; checked again when they are taken."""
    seen: int
    """How many changes were looked at."""


@dataclass(slots=True)
class FreeCapacityIndex:
    """Finds instances with room.

    Every instance that is started, or gets room, is noted once; each kind of jobs looks at the notes that it has not
    seen when its next job comes. So a change costs the same for one kind of jobs and for hundreds.

    Args:
        instances: all that run.
    """

    instances: Collection[Instance]
    _notes: list[Instance] = field(default_factory=list)
    _dropped: int = 0
    """How many of the oldest notes are gone."""
    _kinds: dict[Needs, _Kind] = field(default_factory=dict)

    def note(self, instance: Instance) -> None:
        """Note that an instance has more room than before."""
        self._notes.append(instance)
        if len(self._notes) > 2 * len(self.instances) + _SLACK:
            half = len(self._notes) // 2
            del self._notes[:half]
            self._dropped += half

    def find(self, needs: Needs) -> Instance | None:
        """Find a running instance with room for a job."""
        candidates = self._candidates(needs)
        while candidates:
            instance = candidates[-1]
            if instance.running and instance.has(needs):
                return instance
            candidates.pop()
        return None

    def _candidates(self, needs: Needs) -> list[Instance]:
        changes = self._dropped + len(self._notes)
        kind = self._kinds.get(needs)
        if kind is None or kind.seen < self._dropped or len(kind.candidates) > 2 * len(self.instances) + _SLACK:
            if len(self._kinds) >= _KINDS:
                self._kinds.clear()
            kind = self._kinds[needs] = _Kind([item for item in self.instances if item.has(needs)], changes)
        elif kind.seen < changes:
            fresh = self._notes[kind.seen - self._dropped :]
            kind.candidates += [item for item in fresh if item.running and item.has(needs)]
            kind.seen = changes
        return kind.candidates
