"""A state machine as a Mermaid flowchart, which GitHub, GitLab and most documentation tools draw.

Every state has the shape of its type; a Map or Parallel is a frame around its own states. An edge is labelled with its
condition: the comment of a rule, or the rule itself; dashed edges are errors.
Sources: https://mermaid.js.org/syntax/flowchart.html and
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

Definition = Mapping[str, Any]
Path = tuple[str, ...]
"""A state in a definition: the names of those that it is in, and its own; in a Parallel the number of the branch."""

_SHAPES = {
    "Choice": ('{{"', '"}}'),
    "Fail": ('[["', '"]]'),
    "Pass": ('("', '")'),
    "Succeed": ('(["', '"])'),
    "Task": ('["', '"]'),
    "Wait": ('>"', '"]'),
}
_LABEL_CHARACTERS = 60
_INDENT = "    "


def mermaid(
    definition: Definition, marks: Mapping[Path, str] | None = None, styles: Mapping[str, str] | None = None
) -> str:
    """Draw a state machine.

    Args:
        definition: in the Amazon States Language, parsed.
        marks: the name of a style for states that are to look different, by path. Default: none.
        styles: what each of them looks like, such as ``stroke:#2da44e``. Default: none.

    Returns:
        The lines of a flowchart, from top to bottom, without the fences of Markdown.
    """
    drawing = _Drawing(marks or {})
    lines = [*drawing.machine(definition, "Start", "End"), *drawing.marked(styles or {})]
    return "\n".join(["flowchart TD", *_indented(iter(lines))]) + "\n"


class _Drawing:
    """Draws a state machine, with numbers as ids of nodes, because names of states are not unique across branches."""

    def __init__(self, marks: Mapping[Path, str]) -> None:
        self._numbers = count(1)
        self._marks = marks
        self._marked: dict[str, list[str]] = {}

    def marked(self, styles: Mapping[str, str]) -> Iterator[str]:
        """Say how the states look that have a mark, once all are drawn."""
        for mark, nodes in self._marked.items():
            yield f"classDef {mark} {styles[mark]}"
            yield f"class {','.join(nodes)} {mark}"

    def machine(self, definition: Definition, start: str | None, end: str | None, path: Path = ()) -> Iterator[str]:
        """Draw states and their edges; a start without a name is a circle, an end without a name is not drawn."""
        states: Mapping[str, Any] = definition["States"]
        nodes = {name: f"s{next(self._numbers)}" for name in states}
        first, last = (f"s{next(self._numbers)}" for _ in range(2))
        begin = f'(["{start}"])' if start else '((" "))'
        yield f"{first}{begin} --> {nodes[definition['StartAt']]}"
        for name, state in states.items():
            yield from self._state(nodes[name], name, state, (*path, name))
        ends = [name for name, state in states.items() if state.get("End")]
        if ends and end:
            yield f'{last}(["{end}"])'
        for name, state in states.items():
            yield from self._edges(nodes[name], state, nodes, last if end else None)

    def _state(self, node: str, name: str, state: Mapping[str, Any], path: Path) -> Iterator[str]:
        if mark := self._marks.get(path):
            self._marked.setdefault(mark, []).append(node)
        if state["Type"] in ("Map", "Parallel"):
            yield f'subgraph {node} ["{_text(name, *_how_often(state))}"]'
            yield from _indented(self._inside(state, path))
            yield "end"
            return
        before, after = _SHAPES[state["Type"]]
        yield f"{node}{before}{_text(name, *_what(state))}{after}"

    def _inside(self, state: Mapping[str, Any], path: Path) -> Iterator[str]:
        if state["Type"] == "Map":
            yield from self.machine(state.get("ItemProcessor") or state["Iterator"], None, None, path)
            return
        for number, branch in enumerate(state["Branches"]):
            yield from self.machine(branch, None, None, (*path, str(number)))

    def _edges(self, node: str, state: Mapping[str, Any], nodes: Mapping[str, str], last: str | None) -> Iterator[str]:
        for rule in state.get("Choices", []):
            yield f'{node} -->|"{_text(_rule(rule))}"| {nodes[rule["Next"]]}'
        if "Default" in state:
            yield f'{node} -->|"otherwise"| {nodes[state["Default"]]}'
        if "Next" in state:
            yield f"{node} --> {nodes[state['Next']]}"
        if state.get("End") and last:
            yield f"{node} --> {last}"
        for catcher in state.get("Catch", []):
            yield f'{node} -.->|"{_text(", ".join(catcher["ErrorEquals"]))}"| {nodes[catcher["Next"]]}'


def _what(state: Mapping[str, Any]) -> Iterator[str]:
    """The details of a state that are drawn below its name."""
    match state:
        case {"Type": "Task", "Resource": str(resource)}:
            yield resource.rpartition(":states:::")[2]
        case {"Type": "Fail", "Error": str(error)}:
            yield _bare(error)
        case {"Type": "Wait", "Seconds": seconds}:
            yield f"{seconds} s"


def _how_often(state: Mapping[str, Any]) -> Iterator[str]:
    if state["Type"] == "Parallel":
        yield "all at once"
        return
    processor = state.get("ItemProcessor", {}).get("ProcessorConfig", {})
    what = "each batch" if "ItemBatcher" in state else "each item"
    where = " in an execution of its own" if processor.get("Mode") == "DISTRIBUTED" else ""
    most = state.get("MaxConcurrency")
    yield f"{what}{where}, {most} at a time" if most else f"{what}{where}"


def _rule(rule: Mapping[str, Any]) -> str:
    if comment := rule.get("Comment"):
        return str(comment)
    if condition := rule.get("Condition"):
        return _bare(str(condition))
    return ", ".join(f"{key} {value}" for key, value in rule.items() if key not in ("Assign", "Next", "Output"))


def _bare(expression: str) -> str:
    return expression.removeprefix("{%").removesuffix("%}").strip()


def _text(*lines: str) -> str:
    return "<br/>".join(_escaped(_short(" ".join(line.split()))) for line in lines)


def _short(line: str) -> str:
    return line if len(line) <= _LABEL_CHARACTERS else line[: _LABEL_CHARACTERS - 1] + "…"


def _escaped(line: str) -> str:
    for character, name in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        line = line.replace(character, name)
    return line


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (_INDENT + line for line in lines)
