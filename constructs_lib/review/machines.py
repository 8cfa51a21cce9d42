"""Two definitions of a state machine: which states are new, gone or otherwise, and one picture of both.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from constructs_lib.graph.mermaid import Path, mermaid

ADDED, CHANGED, REMOVED = "added", "changed", "removed"
_STYLES: Final = {
    ADDED: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
    CHANGED: "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
    REMOVED: "fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:4 3",
}
_WITHIN: Final = ("ItemProcessor", "Iterator", "Branches")


@dataclass(frozen=True)
class States:
    """What is not the same in two definitions.

    Args:
        marks: each state that is new, gone or otherwise, by path.
        fields: of those that are otherwise, the fields that are, with their values before and after.
        both: the definition after, with the states that are gone.
    """

    marks: Mapping[Path, str]
    fields: Mapping[Path, Mapping[str, tuple[Any, Any]]]
    both: Mapping[str, Any]

    @property
    def picture(self) -> str:
        """Both definitions as one flowchart, coloured."""
        return mermaid(self.both, self.marks, _STYLES)


def states(before: Mapping[str, Any], after: Mapping[str, Any]) -> States:
    """Compare two definitions.

    Args:
        before: in the Amazon States Language, checked; fan-outs may be folded to one state each.
        after: as before.
    """
    comparison = _Comparison()
    both = comparison.merged(before, after, ())
    return States(comparison.marks, comparison.fields, both)


@dataclass
class _Comparison:
    marks: dict[Path, str] = field(default_factory=dict)
    fields: dict[Path, dict[str, tuple[Any, Any]]] = field(default_factory=dict)

    def merged(self, before: Mapping[str, Any], after: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """The definition after, with the states that are gone."""
        old, new = before["States"], after["States"]
        found = {}
        for name, state in new.items():
            here = (*path, name)
            if name not in old:
                self.marks[here] = ADDED
                found[name] = state
            else:
                found[name] = self._state(old[name], state, here)
        for name, state in old.items():
            if name not in new:
                self.marks[*path, name] = REMOVED
                found[name] = state
        return {**after, "States": found}

    def _state(self, old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> dict[str, Any]:
        keys = [key for key in {**old, **new} if key not in _WITHIN and old.get(key) != new.get(key)]
        if keys:
            self.marks[path] = CHANGED
            self.fields[path] = {key: (old.get(key), new.get(key)) for key in keys}
        kind = new.get("Type")
        if old.get("Type") != kind:
            return {**new}
        if kind == "Map":
            one, other = (side.get("ItemProcessor") or side["Iterator"] for side in (old, new))
            rest = {key: value for key, value in new.items() if key != "Iterator"}
            return {**rest, "ItemProcessor": self.merged(one, other, path)}
        if kind == "Parallel":
            return {**new, "Branches": [*self._branches(old["Branches"], new["Branches"], path)]}
        return {**new}

    def _branches(self, old: list[Any], new: list[Any], path: Path) -> Iterator[Any]:
        for number, branch in enumerate(new):
            here = (*path, str(number))
            if number < len(old):
                yield self.merged(old[number], branch, here)
            else:
                self.marks |= {(*here, name): ADDED for name in branch["States"]}
                yield branch
        for number, branch in enumerate(old[len(new) :], len(new)):
            self.marks |= {(*path, str(number), name): REMOVED for name in branch["States"]}
            yield branch
