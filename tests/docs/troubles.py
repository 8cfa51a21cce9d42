"""Plays docs/troubleshooting.md: each of its sections provokes an error, and shows what is then printed.

``make troubleshooting`` writes what is printed into the page.
"""

import contextlib
import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rich.console import Console

from constructs_lib.local import EmbeddedAws, VirtualClock
from constructs_lib.local.faults.plans.documents import plan_from_json
from constructs_lib.ops import Account, why
from constructs_lib.ops.commands.explanations import show
from constructs_lib.ops.names import Kind, Named
from tests.docs.pages import ROOT, Page
from tests.docs.recorded_texts import table

PAGE: Final = Page(ROOT / "docs" / "troubleshooting.md")
_START: Final = 1_796_000_000.0
_COLUMNS: Final = 88
_SECTION: Final = re.compile(r"^### .*?(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_PRINTED: Final = re.compile(r"^```text\n.*?^```$", re.MULTILINE | re.DOTALL)
_STEP: Final = re.compile(r"^```(?P<language>python|console)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_ESCAPES: Final = re.compile(r"\x1b\[[0-9;]*m")
# Where jsii runs, which may have started elsewhere than the page is played.
_HERE: Final = re.compile(r"(?<=at )/\S*(?=/no-such-directory)")
_SECRET: Final = re.compile(r"(?<=assumed-role/)(?P<role>[\w-]+)/\w{32}\b|\b[A-Za-z0-9]{52}\b")
_IDS: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\bi-[0-9a-f]{17}\b")
_RECORDED: Final = re.compile(
    r"(?P<begin><!-- recorded: (?P<group>[\w ]+), by `make troubleshooting` -->).*?<!-- end -->", re.DOTALL
)
_LITERAL: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Section:
    """A section of the page: its heading, its steps, and what is printed."""

    text: str

    @property
    def heading(self) -> str:
        """What people search for."""
        return self.text.partition("\n")[0].removeprefix("### ")

    @property
    def texts(self) -> list[list[str]]:
        """The texts of AWS in the heading, each as the parts between what stands for something else."""
        return [[part.strip() for part in text.split("…") if part.strip()] for text in _LITERAL.findall(self.heading)]

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Language and text of what is to be done, in order."""
        return [(match["language"], match["text"]) for match in _STEP.finditer(self.text)]

    @property
    def printed(self) -> str:
        """What the page says is printed."""
        return "".join(match[0].removeprefix("```text\n").removesuffix("```") for match in _PRINTED.finditer(self.text))

    def showing(self, printed: str) -> "Section":
        """The same, with something else printed."""
        return replace(self, text=_PRINTED.sub(lambda _: f"```text\n{printed}```", self.text, count=1))


def sections(page: str) -> list[Section]:
    """The sections of the page that provoke something."""
    return [found for match in _SECTION.finditer(page) if (found := Section(match[0])).steps]


class Prompt:
    """A prompt of Python at which the page's first file was read, and a shell beside it."""

    def __init__(self) -> None:
        [begin] = [block for block in PAGE.blocks("python") if block.title == "trouble.py"]
        self._names: dict[str, object] = {"__name__": "trouble"}
        self._account = Account.open()
        self._known: dict[str, Named] = {}
        exec(compile(begin.text, str(PAGE.path), "exec"), self._names)  # noqa: S102 - our own page
        for client, event in (("batch", "batch.SubmitJob"), ("states", "sfn.StartExecution")):
            made: Any = self._names[client]
            made.meta.events.register(f"after-call.{event}", self._remember)

    def _remember(self, parsed: dict[str, str], **_: object) -> None:
        """What is submitted and started, by the name that the page asks `why` about."""
        if job := parsed.get("jobId"):
            self._known[parsed["jobName"]] = Named(Kind.JOB, job, parsed["jobName"])
        if execution := parsed.get("executionArn"):
            name = execution.split(":")[6]
            self._known[name] = Named(Kind.EXECUTION, execution, name)

    def play(self, section: Section) -> str:
        """What the steps of a section print."""
        return stable("".join(self._step(language, text) for language, text in section.steps))

    def _step(self, language: str, text: str) -> str:
        if language == "python":
            return self._python(text)
        return "".join(self._why(line.removeprefix("constructs-lib why ")) for line in text.splitlines())

    def _why(self, name: str) -> str:
        """What `constructs-lib why` prints, over one session, and without a search for the name in all of the queues.

        That the command finds jobs and executions by their names is seen in tests/local/test_why.py.
        """
        printed = io.StringIO()
        console = Console(file=printed, width=_COLUMNS, force_terminal=True, color_system=None)
        show(console, why(self._account, self._known.get(name, name)))
        return printed.getvalue()

    def _python(self, text: str) -> str:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            try:
                exec(compile(text, str(PAGE.path), "exec"), self._names)  # noqa: S102 - our own page
            except Exception as error:  # noqa: BLE001 - the page is about errors
                printed.write(f"{type(error).__name__}: {error}\n")
        return printed.getvalue()


def stable(printed: str) -> str:
    """What is printed, without what is another each time: ids."""
    known: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        kind = "i-" if match[0].startswith("i-") else ""
        return known.setdefault(match[0], f"{kind}{len(known) + 1:017}" if kind else _id(len(known) + 1))

    printed = _HERE.sub("/home/you/app", _ESCAPES.sub("", printed))
    printed = _SECRET.sub(lambda match: f"{match['role']}/SESSION" if match["role"] else "REQUEST", printed)
    return "".join(f"{line.rstrip()}\n" for line in _IDS.sub(name, printed).splitlines())


def _id(number: int) -> str:
    return f"{number:08}-0000-4000-8000-000000000000"


@contextlib.contextmanager
def prompt(directory: Path) -> Iterator[Prompt]:
    """A prompt beside an embedded AWS as the page starts it."""
    [faults] = PAGE.blocks("json")
    before = dict(os.environ)
    plan = plan_from_json(json.loads(faults.text))
    with EmbeddedAws(directory, clock=VirtualClock(_START), faults=plan) as aws, contextlib.chdir(directory):
        os.environ.update(aws.environment())
        try:
            yield Prompt()
        finally:
            os.environ.clear()
            os.environ.update(before)


def with_recorded(page: str) -> str:
    """The page with the tables of recorded texts."""
    return _RECORDED.sub(lambda match: f"{match['begin']}\n\n{table(match['group'])}\n<!-- end -->", page)


def main() -> None:
    """Write what is printed into the page, and the recorded texts."""
    page = with_recorded(PAGE.path.read_text())
    with TemporaryDirectory() as directory, prompt(Path(directory)) as made:
        for section in sections(page):
            page = page.replace(section.text, section.showing(made.play(section)).text)
    PAGE.path.write_text(page)


if __name__ == "__main__":
    main()
