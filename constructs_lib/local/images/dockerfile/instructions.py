"""The instructions of a Dockerfile, each with its line.

Source: https://docs.docker.com/reference/dockerfile/
"""

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path

from dockerfile_parse import DockerfileParser

from constructs_lib.local.images.dockerfile.errors import DockerfileError

_KNOWN = frozenset(
    {
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
        *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    }
)
_HEREDOC = re.compile(r"<<-?([\"']?)(\w+)\1")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name in capitals, and what follows it, on lines that are joined."""

    path: Path
    line: int
    name: str
    value: str

    def error(self, expected: str, fix: str, *, got: str | None = None) -> DockerfileError:
        """Make the error that tells what is wrong with it."""
        return DockerfileError(f"{self.path}:{self.line}", got or f"{self.name} {self.value}".strip(), expected, fix)

    def words(self) -> tuple[str, ...] | None:
        """Its exec form, a JSON list of strings; None if it is in shell form.

        Raises:
            DockerfileError: it looks like a list, and is none: docker would pass it to a shell as it stands.
        """
        try:
            words = json.loads(self.value)
        except ValueError:
            words = None
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return tuple(words)
        if self.value.startswith("[") and self.value.rstrip().endswith("]") and not self.value.startswith("[ "):
            raise self.error(
                "the exec form is a JSON list of strings, and what is none goes to a shell as it stands",
                f'Write it with double quotes: {self.name} ["program", "argument"].',
            )
        return None


def read_instructions(path: Path) -> list[Instruction]:
    """Read the instructions of a file, comments left out.

    Raises:
        DockerfileError: the file is not there, or has an instruction that there is none of.
    """
    if not path.is_file():
        there = sorted(item.name for item in path.parent.glob("*ockerfile*")) if path.parent.is_dir() else []
        raise DockerfileError(
            str(path),
            "no such file",
            f"an image needs a Dockerfile, and the directory has {', '.join(there) or 'none'}",
            "Write one, or give the name of another one.",
        )
    text = _without_heredocs(path.read_text(encoding="utf-8", errors="replace"))
    parser = DockerfileParser(fileobj=BytesIO(text.encode()))
    found = [
        Instruction(path, item["startline"] + 1, item["instruction"], item["value"].strip())
        for item in parser.structure
        if item["instruction"] != "COMMENT"
    ]
    for instruction in found:
        _check(instruction)
    return found


def _check(instruction: Instruction) -> None:
    if instruction.name not in _KNOWN:
        near = get_close_matches(instruction.name, _KNOWN, n=1)
        raise instruction.error(
            "Dockerfiles have no such instruction", f"Did you mean {near[0]}?" if near else "Is a \\ missing above it?"
        )
    if not instruction.value and instruction.name not in ("CMD", "ENTRYPOINT"):
        raise instruction.error(
            f"{instruction.name} needs an argument", f"Write one, or remove the line: {instruction.name} does nothing."
        )


def _without_heredocs(text: str) -> str:
    """The text with empty lines for those of here-documents, which are no instructions; numbers of lines stay."""
    lines, ends = [], list[str]()
    for line in text.splitlines():
        if ends:
            if line.strip() == ends[0]:
                ends.pop(0)
            lines.append("")
            continue
        lines.append(line)
        if line.lstrip().upper().startswith(("RUN", "COPY", "ADD")):
            ends = [match[2] for match in _HEREDOC.finditer(line)]
    return "\n".join(lines) + "\n"
