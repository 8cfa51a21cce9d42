"""Asks the search of the built site what people asked in public: the right page has to be found first."""

import json
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

_DIRECTORY = Path(__file__).parent
QUESTIONS: list[dict[str, Any]] = yaml.safe_load((_DIRECTORY / "questions.yml").read_text())


def wrong_answers(site: Path) -> list[str]:
    """The questions to which another page is found first, each with what is found.

    Args:
        site: the directory of the site.
    """
    node = shutil.which("node")
    if node is None:
        raise FileNotFoundError("the search of the site is a program for Node: put node on PATH, as `make` does")
    asked = [question["search"] for question in QUESTIONS]
    command = [node, _DIRECTORY / "search.mjs", site, *asked]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    wrong = []
    for question, line in zip(QUESTIONS, printed.splitlines(), strict=True):
        found = json.loads(line)
        if not found or not any(fnmatchcase(_page(found[0]), page) for page in question["finds"]):
            wrong.append(f"{question['search']}: found {', '.join(found[:3]) or 'nothing'}, not {question['finds'][0]}")
    return wrong


def _page(location: str) -> str:
    return location.partition("#")[0].rstrip("/")
