"""The navigation of mkdocs.yml with the pages that its patterns stand for."""

from collections.abc import Collection
from fnmatch import fnmatchcase
from typing import Any


def filled(nav: list[Any], pages: Collection[str]) -> list[Any]:
    """The navigation with each page once: pages that are named have their place, patterns take what is left.

    Args:
        nav: as in mkdocs.yml: paths, patterns of paths within a directory, and mappings of a title to one of these or
            to a list.
        pages: the paths of all pages.

    Raises:
        ValueError: a page is named twice, is not there, or has no place.
    """
    named = [*_entries(nav)]
    paths = [each for each in named if "*" not in each]
    if wrong := sorted({each for each in paths if paths.count(each) > 1 or each not in pages}):
        raise ValueError(f"mkdocs.yml names pages twice, or pages that are not there: {', '.join(wrong)}")
    left = sorted(set(pages) - set(paths))
    taken = {}
    for pattern in (each for each in named if "*" in each):
        taken[pattern] = [each for each in left if fnmatchcase(each, pattern) and each.count("/") == pattern.count("/")]
        left = [each for each in left if each not in taken[pattern]]
    if left:
        raise ValueError(f"mkdocs.yml has no place for {', '.join(left)}")
    return _replaced(nav, taken)


def _entries(nav: list[Any]) -> list[str]:
    """The paths and patterns, in their order."""
    found = []
    for entry in nav:
        content = next(iter(entry.values())) if isinstance(entry, dict) else entry
        found += _entries(content) if isinstance(content, list) else [content]
    return found


def _replaced(nav: list[Any], taken: dict[str, list[str]]) -> list[Any]:
    """The same without patterns, and without sections that nothing is left in."""
    replaced: list[Any] = []
    for entry in nav:
        if isinstance(entry, dict):
            ((title, content),) = entry.items()
            content = _replaced(content, taken) if isinstance(content, list) else content
            replaced += [{title: content}] if content else []
        else:
            replaced += taken.get(entry, [entry])
    return replaced
