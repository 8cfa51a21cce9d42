"""Puts the processes of attempts into their places: what each sees of this machine, and what it may change."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from constructs_lib.local.confinement import Composed, Confinement, Overlay, View, find_confinement, find_overlaying
from constructs_lib.local.confinement.machine import hidden_directories, masked_files, readable_directories
from constructs_lib.local.job_environment.attempts import AttemptDirectory

_DEFAULT_PARENT = ("build", "local")
"""Where commands put the directories of runs, beside each other."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A command in its place.

    Args:
        argv: its words.
        members: finds the processes to stop by that of the command; None if they are in its group.
        launcher: how many of its words, from the first one on, are a launcher that can be held ready.
    """

    argv: list[str]
    members: Callable[[int], list[int]] | None = None
    launcher: int = 0


class Enclosure:
    """The places of one run.

    Args:
        directory: that of the run; attempts see nothing of it but what is theirs.
        confined: whether they are to be confined, if this machine can.
    """

    def __init__(self, directory: Path, *, confined: bool) -> None:
        run = directory.absolute()
        self._runs = run.parent if run.parts[-3:-1] == _DEFAULT_PARENT else run
        self.confined = confined

    @property
    def confinement(self) -> Confinement | None:
        """By what attempts are confined; None when they are not."""
        return find_confinement() if self.confined else None

    @property
    def overlaying(self) -> bool:
        """Whether changes can be laid over a directory."""
        return self.confined and find_overlaying() is not None

    @property
    def composing(self) -> bool:
        """Whether directories can be composed for an attempt."""
        return self.confinement is not None and self.confinement.composes

    def environment(self, attempt: AttemptDirectory) -> dict[str, str]:
        """The variables that lead into an attempt's directory."""
        moves = self.confinement is not None and self.confinement.moves_temporary
        return {**attempt.environment(), **({"TMPDIR": "/tmp"} if moves else {})}  # noqa: S108 - its own

    def enclose(
        self,
        argv: Sequence[str],
        attempt: AttemptDirectory,
        directory: Path,
        environment: Mapping[str, str],
        *,
        writable: Iterable[Path] = (),
        readable: Iterable[Path] = (),
        overlays: Sequence[Overlay] = (),
        composed: Sequence[Composed] = (),
    ) -> Enclosed:
        """Put a command into its place.

        Args:
            argv: its words.
            attempt: its directory.
            directory: where it starts.
            environment: all of its environment.
            writable: what else it may change.
            readable: what it sees although it is hidden.
            overlays: what it may change without changing it; for those who are `overlaying`.
            composed: what is made for it; for those who are `composing`.

        Raises:
            OSError: there is no such program.
        """
        confinement = find_overlaying() if overlays else self.confinement
        if confinement is None:
            return Enclosed(list(argv))
        hidden, masked, shown = self._machine
        view = View(
            hidden=hidden,
            masked=masked,
            temporary=attempt.temporary,
            readable=(*shown, *readable),
            writable=(attempt.path, *writable),
            overlays=tuple(overlays),
            composed=tuple(composed),
        )
        confined = confinement.confine(argv, view, directory, environment)
        return Enclosed(confined.argv, confined.members, confined.launcher)

    @functools.cached_property
    def _machine(self) -> tuple[tuple[Path, ...], tuple[Path, ...], tuple[Path, ...]]:
        homes, runs = hidden_directories(), self._runs.resolve()
        hidden = [*homes, runs]
        masked = [path for path in masked_files() if not any(path.is_relative_to(above) for above in hidden)]
        return tuple(hidden), tuple(masked), tuple(readable_directories(homes, runs))
