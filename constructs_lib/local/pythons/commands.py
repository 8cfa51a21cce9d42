"""The commands of a RUN, as a shell would take them apart.

Source: https://docs.docker.com/reference/dockerfile/#run
"""

import posixpath
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from constructs_lib.local.images.dockerfile import Run

_OPTION = re.compile(r"--(mount|network|security)=\S+\s*")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_ASSIGNMENT = re.compile(r"\w+=.*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Args:
        words: its words, variables filled in.
        workdir: where it runs.
    """

    words: tuple[str, ...]
    workdir: str


def commands(run: Run) -> Iterator[Command]:
    """The commands of a RUN in order; none for one with a here-document, or that no shell would understand."""
    if run.words is not None:
        yield Command(run.words, run.workdir)
        return
    text = re.sub(rf"^(?:{_OPTION.pattern})+", "", run.instruction.value)
    if "<<" in text:
        return
    lexer = shlex.shlex(text, posix=True, punctuation_chars="&|;()")
    lexer.whitespace_split = True
    try:
        split = list(lexer)
    except ValueError:
        return
    workdir, words = run.workdir, list[str]()
    for word in [*split, ";"]:
        if word.strip("&|;()"):
            words.append(_VARIABLE.sub(lambda match: run.variables.get(match[1] or match[2], match[0]), word))
            continue
        while words and _ASSIGNMENT.fullmatch(words[0]):
            words.pop(0)
        if words[:1] == ["cd"] and len(words) > 1:
            workdir = posixpath.normpath(posixpath.join(workdir, words[1]))
        elif words:
            yield Command(tuple(words), workdir)
        words = []
