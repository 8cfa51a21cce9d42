"""Reads the fenced blocks of the pages: README.md and everything below docs."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(?P<language>\w*)(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_IDS = re.compile(r'<a id="([^"]+)"')
_TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Args:
        language: the word after the fence; empty when there is none.
        title: the name of the file that it is; empty when it is none.
        text: what is between the fences.
        line: how many lines of the page are in front of the text.
    """

    language: str
    title: str
    text: str
    line: int


@dataclass(frozen=True)
class Page:
    """A page of the documentation."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def all_blocks(self) -> list[Block]:
        page = self.path.read_text()
        return [
            Block(
                language=match["language"],
                title=title[1] if (title := _TITLE.search(match["info"])) else "",
                text=match["text"],
                line=page.count("\n", 0, match.start("text")),
            )
            for match in _FENCE.finditer(page)
        ]

    @property
    def links(self) -> list[str]:
        """What links lead to, also those of pictures."""
        return _LINK.findall(self._prose)

    @cached_property
    def anchors(self) -> set[str]:
        """What a link may name after its #: headings, by GitHub's rule, and what has an id in HTML."""
        seen = Counter[str]()
        anchors = set(_IDS.findall(self._prose))
        for heading in _HEADING.findall(self._prose):
            words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
            anchor = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
            anchors.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
            seen[anchor] += 1
        return anchors

    @property
    def _prose(self) -> str:
        return _FENCE.sub("", self.path.read_text())

    def write_files(self, directory: Path) -> Path:
        """Write the blocks that are files into a directory; the directory."""
        for block in self.all_blocks:
            if block.title:
                (directory / block.title).parent.mkdir(parents=True, exist_ok=True)
                (directory / block.title).write_text(block.text)
        return directory

    def blocks(self, *languages: str) -> list[Block]:
        return [block for block in self.all_blocks if block.language in languages]


PAGES = [
    Page(path)
    for path in [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
    ]
]

OPERATED = ("docs/commands.md", "docs/runbook.md")
"""Pages whose commands and Python need something that was deployed: test_operating_pages.py runs them."""

PROVOKED = ("docs/troubleshooting.md",)
"""Pages whose Python provokes errors in an embedded AWS: test_troubleshooting.py runs it."""

STARTED = ("docs/getting-started.md",)
"""Pages whose commands make a project of one's own, and run in it: test_getting_started.py runs them."""
