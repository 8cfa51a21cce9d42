"""The pages as the site has them: those of docs/, with links that lead out of it leading to pages of their own."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_FENCE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<=\]\()(?P<path>[^)#\s:]+)(?P<rest>(?:#[^)\s]*)?)(?=\))")
_LANGUAGES = {".py": "python", ".yml": "yaml", ".yaml": "yaml", ".json": "json", ".toml": "toml", ".md": "markdown"}
_PICTURES = {".svg", ".png"}
_ELSEWHERE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "README.md": "index.md"}
"""Pages at the top of the repository, and what they are in the site."""
_UNSEARCHED = ("changelog.md", "decisions/")
"""Pages about the past: they have words of everything, and are the answer to nothing."""
_EXCLUDED = "---\nsearch:\n  exclude: true\n---\n\n"


@dataclass
class Sources:
    """Reads the pages of a repository.

    Args:
        root: of the repository.
    """

    root: Path
    _shown: list[Path] = field(default_factory=list)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Each page of the site that is written in Markdown: its path, and its text."""
        docs = self.root / "docs"
        for path in sorted(docs.rglob("*.md")):
            yield path.relative_to(docs).as_posix(), self._linked(path, path.relative_to(docs))
        for name, page in _ELSEWHERE.items():
            if name != "README.md":
                yield page, self._linked(self.root / name, Path(page))
        for path in self._shown:  # grows while pages are read, and while directories are listed
            yield self._page_of(path), self._source(path)

    def pictures(self) -> Iterator[Path]:
        """What pages show, below docs/."""
        docs = self.root / "docs"
        return (path.relative_to(docs) for path in sorted(docs.rglob("*")) if path.suffix in _PICTURES)

    def _linked(self, path: Path, page: Path) -> str:
        """The text of a file, with links as they lead from a page of the site."""

        def moved(link: re.Match[str]) -> str:
            target = (path.parent / link["path"]).resolve()
            return self._relative(page, self._place(target)) + link["rest"]

        parts = _FENCE.split(path.read_text())
        text = "".join(part if part.startswith("```") else _LINK.sub(moved, part) for part in parts)
        return f"{_EXCLUDED}{text}" if page.as_posix().startswith(_UNSEARCHED) else text

    def _place(self, target: Path) -> str:
        """Where the site has a file or a directory of the repository."""
        inside = target.relative_to(self.root).as_posix()
        if inside in _ELSEWHERE:
            return _ELSEWHERE[inside]
        if inside.startswith("docs/") and target.suffix in {".md", *_PICTURES}:
            return inside.removeprefix("docs/")
        if target not in self._shown:
            self._shown.append(target)
        return self._page_of(target)

    def _page_of(self, target: Path) -> str:
        return f"source/{target.relative_to(self.root).as_posix()}.md"

    def _source(self, path: Path) -> str:
        """A page that shows a file as it is, or lists a directory."""
        inside = path.relative_to(self.root).as_posix()
        head = f"{_EXCLUDED}# {inside}\n\n"
        if not path.is_dir():
            return f"{head}````{_LANGUAGES.get(path.suffix, 'text')}\n{path.read_text()}````\n"
        page = Path(self._page_of(path))
        files = [each for each in sorted(path.iterdir()) if each.is_file() and not each.name.startswith(".")]
        return head + "".join(f"- [{each.name}]({self._relative(page, self._place(each))})\n" for each in files)

    @staticmethod
    def _relative(page: Path, place: str) -> str:
        return posixpath.relpath(place, page.parent.as_posix())
