"""A recording: what a run has seen, with where, when and by which versions, as a file that can be handed on."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any, Final, Self

from tests.parity.comparison import Expected

FORMAT: Final = 1
DOCUMENTED: Final = Path(__file__).parent / "documented.json"
_PACKAGES: Final = ("constructs-lib", "aws-cdk-lib", "boto3")


class RecordingError(ValueError):
    """A file is no recording; the text says what was expected."""


@dataclass(frozen=True)
class Recording:
    """What a run has seen.

    Args:
        of: ``account``, or ``endpoint`` for an emulator.
        region: where.
        date: the day, as YYYY-MM-DD.
        versions: of this library and of what it was run by.
        seen: the values by path, in their normal form.
        format: of the file.
    """

    of: str
    region: str
    date: str
    versions: Mapping[str, str]
    seen: Mapping[str, Any]
    format: int = FORMAT

    @classmethod
    def now(cls, *, of: str, region: str, seen: Mapping[str, Any]) -> Self:
        """The recording of a run that has just ended."""
        versions = {package: version(package) for package in _PACKAGES} | {"python": python_version()}
        return cls(of, region, datetime.now(UTC).date().isoformat(), versions, seen)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file.

        Raises:
            RecordingError: it is none that `write` has written.
        """
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise RecordingError(f"{path}: {error.strerror or error}") from None
        except ValueError as error:
            raise RecordingError(f"{path}: no JSON: {error}") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise RecordingError(f"{path}: expected an object with format {FORMAT}, as --record writes it")
        try:
            return cls(**found)
        except TypeError as error:
            raise RecordingError(f"{path}: {error}") from None

    def write(self, path: Path) -> None:
        """Write the file."""
        path.write_text(f"{json.dumps(asdict(self), indent=2, ensure_ascii=False, sort_keys=True)}\n", encoding="utf-8")


def documented() -> dict[str, Expected]:
    """What AWS's own pages say of the scenarios, by path."""
    found = json.loads(DOCUMENTED.read_text(encoding="utf-8"))
    return {path: Expected(entry["value"], entry["source"]) for path, entry in found.items()}
