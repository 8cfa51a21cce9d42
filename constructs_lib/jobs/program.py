"""The command, parameters and variables of a job definition, which checks of a submit need."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from constructs_lib.core.argument_path import ArgumentPath
from constructs_lib.images.python_checks import check_command
from constructs_lib.limits import MAX_JOB_DEFINITION_BYTES
from constructs_lib.rules import Rule

_REFERENCE: Final = re.compile(r"Ref::(\w+)")


@dataclass(frozen=True, slots=True)
class Program:
    """The program of a job's container, or those of its containers together.

    Args:
        command: the words of the command; empty if it is the image's.
        parameters: default values for ``Ref::name``.
        environment: variables.
        secrets: names of the variables that are secrets.
        modules: the directory of the image's Python modules, if the image was built from one.
    """

    command: Sequence[str] = ()
    parameters: Mapping[str, str] | None = None
    environment: Mapping[str, str] | None = None
    secrets: frozenset[str] = frozenset()
    modules: Path | None = None

    def without_value(self, command: Sequence[str] | None, parameters: Mapping[str, str] | None) -> list[str]:
        """Names of parameters in the command without a value.

        Args:
            command: replaces the definition's; None keeps it.
            parameters: in addition to the definition's.
        """
        known = {*(self.parameters or ()), *(parameters or ())}
        words = self.command if command is None else command
        return sorted({name for word in words for name in _REFERENCE.findall(word)} - known)

    def check_command(self, place: ArgumentPath, command: Sequence[str] | None) -> None:
        """Refuse a command that names no function of the image's Python modules."""
        check_command(place, self.modules, command)

    def check_length(self, place: ArgumentPath) -> None:
        """Refuse more text than fits into a job definition."""
        text = json.dumps([list(self.command), dict(self.parameters or {}), dict(self.environment or {})])
        if len(text) > MAX_JOB_DEFINITION_BYTES:
            raise Rule.DEFINITION_LENGTH.error(
                place,
                got=f"a command, parameters and variables of {len(text):,} characters",
                expected=f"AWS Batch allows {MAX_JOB_DEFINITION_BYTES:,} bytes per job definition",
                fix="Put long texts into an object in S3, or into the image.",
            )
