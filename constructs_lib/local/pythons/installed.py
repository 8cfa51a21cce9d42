"""What is installed for the Python that runs us, and whether that is what somebody wants.

Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

_HASHES = re.compile(r"\s+--(?:hash|config-settings)\b.*$")


@dataclass(slots=True)
class Found:
    """What was found of what is wanted.

    Args:
        distributions: what is here, with all that it needs itself, by name.
        missing: what is not, each with the reason.
    """

    distributions: dict[str, Distribution] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def find_installed(lines: Iterable[str], constraints: Iterable[str] = ()) -> Found:
    """Look for what the lines of a requirements file want, in versions that those of a constraints file allow."""
    search = _Search({canonicalize_name(item.name): item for item in _parsed(constraints, None)})
    for requirement in _parsed(lines, search.found):
        search.look(requirement, frozenset())
    return search.found


class _Search:
    def __init__(self, constraints: dict[NormalizedName, Requirement]) -> None:
        self._constraints = constraints
        self._seen: set[tuple[str, frozenset[str]]] = set()
        self.found = Found()

    def look(self, requirement: Requirement, asking: frozenset[str]) -> None:
        """Look for a requirement of ours, or of a distribution that was asked for with extras."""
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in asking or {""}):
            return
        name = canonicalize_name(requirement.name)
        here = self._here(name, requirement)
        if here is None:
            return
        self.found.distributions[name] = here
        extras = frozenset({"", *requirement.extras})
        if (name, extras) not in self._seen:
            self._seen.add((name, extras))
            for needed in here.requires or []:
                self.look(Requirement(needed), extras)

    def _here(self, name: NormalizedName, requirement: Requirement) -> Distribution | None:
        try:
            here = distribution(name)
        except PackageNotFoundError:
            self.found.missing.append(f"{requirement} (not installed here)")
            return None
        allowed = [requirement, *([self._constraints[name]] if name in self._constraints else [])]
        if requirement.url or not all(item.specifier.contains(here.version, prereleases=True) for item in allowed):
            self.found.missing.append(f"{' and '.join(map(str, allowed))} (here is {here.version})")
            return None
        if here.files is None:
            self.found.missing.append(f"{requirement} (here without a list of its files)")
            return None
        return here


def _parsed(lines: Iterable[str], found: Found | None) -> Iterator[Requirement]:
    for line in lines:
        text = _HASHES.sub("", line)
        if text.startswith("-"):
            continue  # an option of pip
        try:
            yield Requirement(text)
        except InvalidRequirement:
            if found:
                found.missing.append(f"{text} (not the name of a package)")
