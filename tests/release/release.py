"""What .github/workflows/release.yml asks before it publishes a version: ``python -m tests.release.release``.

``check TAG DIRECTORY`` ends with an error unless the tag, the built distributions and the changelog are about the
version of pyproject.toml, which stands there and nowhere else, and no change is left to tell. ``notes`` prints what the
changelog says of it.
"""

import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

USAGE: Final = "usage: python -m tests.release.release check TAG DIRECTORY | notes"


def main(arguments: Sequence[str], root: Path) -> str:
    """Do one of both; the answer is for the terminal."""
    match arguments:
        case ["check", tag, directory]:
            problems = check(root, tag, Path(directory))
            if problems:
                sys.exit("\n".join(problems))
            return f"{tag} can be published."
        case ["notes"]:
            return notes(root) or sys.exit(f"CHANGELOG.md has no section of {version(root)}")
    sys.exit(USAGE)


def version(root: Path) -> str:
    """The version that is released."""
    return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def check(root: Path, tag: str, distributions: Path) -> list[str]:
    """What forbids to publish."""
    released = version(root)
    wanted = {f"constructs_lib-{released}-py3-none-any.whl", f"constructs_lib-{released}.tar.gz"}
    built = {path.name for path in distributions.iterdir()} - {".gitignore"}
    left = sorted(path.name for path in (root / "changes").glob("*.*.md"))
    problems = {
        f"the tag is {tag}, and the version of pyproject.toml {released}": tag != f"v{released}",
        f"{distributions} has {', '.join(sorted(built))} in place of {', '.join(sorted(wanted))}": built != wanted,
        f"CHANGELOG.md has no section of {released}: make changelog": not notes(root),
        f"changes/ still has {', '.join(left)}: make changelog": left,
    }
    return [problem for problem, holds in problems.items() if holds]


def notes(root: Path) -> str:
    """The section of the changelog about the version, without its heading; empty if there is none."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    section = re.search(
        rf"^## \[{re.escape(version(root))}\] - [\d-]+\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    return section[1].strip() if section else ""


if __name__ == "__main__":
    print(main(sys.argv[1:], Path(__file__).parents[2]))  # noqa: T201 - what it answers
