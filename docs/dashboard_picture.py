"""The picture of docs/monitoring.md: a dashboard, drawn from its definition with made-up numbers: ``make pictures``."""

import json
import math
import re
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from aws_cdk import App

from docs.examples.monitored import MonitoredStack

FILE = Path(__file__).parent / "images" / "dashboard.svg"

_COLUMN, _ROW, _GAP = 46, 26, 4
_POINTS = 48
_PALETTE = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"]
_RUNS = (6, 22, 38)
"""At which of the points an execution starts."""
# What tables show, by their columns; a column that is not here has a number.
_CELLS = {
    "@timestamp": ["09:41:07", "09:40:51", "09:12:30"],
    "job": ["Tiles"] * 3,
    "child": ["17", "3", "204"],
    "reason": ["OutOfMemoryError", "Essential container exited", "Host EC2 terminated"],
    "exitCode": ["137", "1", ""],
    "id": ["07c0…:17", "07c0…:3", "5d1e…:204"],
    "outcome": ["ExecutionFailed", "ExecutionSucceeded", "ExecutionSucceeded"],
    "started": ["09:05:00", "08:05:00", "07:05:00"],
    "ended": ["09:42:13", "08:31:40", "07:33:02"],
    "execution_arn": ["…:Tiles:c2f1", "…:Tiles:9ab0", "…:Tiles:41d7"],
    "status": ["RUNNABLE"] * 3,
    "since": ["09:38:00", "09:38:00", "09:38:01"],
    "detail.jobId": ["5d1e…:251", "5d1e…:252", "5d1e…:253"],
    "detail.jobName": ["Tiles"] * 3,
    "definition": ["Tile", "Report", "Index"],
}
_STYLE = """
.board { font: 11px system-ui, sans-serif; --ink: #24292f; --paper: #fff; --faint: #d0d7de; --back: #f6f8fa; }
.board text { fill: var(--ink); }
.board .title { font-size: 12px; font-weight: 600; }
.board .head { font-size: 15px; font-weight: 600; }
.board .value { font-size: 20px; }
.board .widget { fill: var(--paper); stroke: var(--faint); }
.board .back { fill: var(--back); }
.board .axis { stroke: var(--faint); }
.board .small { font-size: 10px; }
.board .alarm { fill: #d1242f; } .board .ok { fill: #2da44e; } .board .white { fill: #fff; }
@media (prefers-color-scheme: dark) { .board { --ink: #e6edf3; --paper: #161b22; --faint: #30363d; --back: #0d1117; } }
"""


def body_of(template: dict[str, Any]) -> dict[str, Any]:
    """The body of the one dashboard of a template; what is known when it is deployed is ``…``."""
    [dashboard] = [each for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Dashboard"]
    parts = dashboard["Properties"]["DashboardBody"]["Fn::Join"][1]
    made: dict[str, Any] = json.loads("".join(part if isinstance(part, str) else _known_later(part) for part in parts))
    return made


def _known_later(part: dict[str, Any]) -> str:
    """A name where the id of a resource tells it."""
    reference = part.get("Ref") or part.get("Fn::GetAtt", [""])[0]
    name = re.sub(r"[0-9A-F]{8}$", "", str(reference)).removeprefix("MonitoringAlarms")
    return name if part.get("Fn::GetAtt", ["", ""])[1] == "Arn" else "…"


def drawn(body: dict[str, Any]) -> str:
    """The dashboard as a picture.

    Args:
        body: its definition.
    """
    widgets = body["widgets"]
    width = 24 * _COLUMN
    height = max(widget["y"] + widget["height"] for widget in widgets) * _ROW
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" class="board">',
        "<title>A dashboard with made-up numbers</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="back" width="{width}" height="{height}"/>',
    ]
    for widget in widgets:
        x, y = widget["x"] * _COLUMN + _GAP, widget["y"] * _ROW + _GAP
        wide, high = widget["width"] * _COLUMN - 2 * _GAP, widget["height"] * _ROW - 2 * _GAP
        lines += [
            f'<g transform="translate({x} {y})">',
            f'<rect class="widget" width="{wide}" height="{high}" rx="4"/>',
            *_inside(widget, wide, high),
            "</g>",
        ]
    return "\n".join([*lines, "</svg>", ""])


def _inside(widget: dict[str, Any], wide: int, high: int) -> Iterator[str]:
    shown = widget["properties"]
    if "title" in shown:
        yield _text(8, 16, shown["title"], "title")
    if widget["type"] == "text":
        yield from _markdown(shown["markdown"])
    elif widget["type"] == "alarm":
        yield from _alarms(shown["alarms"], wide)
    elif widget["type"] == "log":
        yield from _table(shown["query"], wide, high)
    elif shown["view"] == "singleValue":
        for index, metric in enumerate(shown["metrics"]):
            x = 8 + index * (wide - 8) // len(shown["metrics"])
            yield _text(x, 48, f"{_sample(metric)[-1]:,.0f}", "value")
            yield _text(x, 66, metric[-1]["label"], "small")
    else:
        yield from _graph([each for each in shown["metrics"] if each[-1].get("visible", True)], wide, high)


def _markdown(text: str) -> Iterator[str]:
    for index, line in enumerate(part for part in text.splitlines() if part):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line).replace("`", "").lstrip("# ")
        yield _text(8, 20 + 18 * index, plain, "head" if line.startswith("#") else "")


def _alarms(names: list[str], wide: int) -> Iterator[str]:
    per_row = 3
    for index, name in enumerate(names):
        x, y = 8 + index % per_row * (wide - 8) // per_row, 26 + index // per_row * 30
        state = "alarm" if name.endswith("MachineFailed") else "ok"
        yield f'<rect class="{state}" x="{x}" y="{y}" width="{(wide - 8) // per_row - 8}" height="24" rx="3"/>'
        yield _text(x + 6, y + 16, name, "white")


def _table(query: str, wide: int, high: int) -> Iterator[str]:
    columns = _columns(query)
    step = (wide - 16) / len(columns)
    rows = 0 if "Queue Blocked" in query else (high - 30) // 24
    for place, column in enumerate(columns):
        cells = _CELLS.get(column) or [str(round(value)) for value in (184, 61.5, 12.9)]
        yield _text(8 + place * step, 36, column, "small")
        for row, cell in enumerate(cells[:rows]):
            yield _text(8 + place * step, 58 + row * 22, cell[: int(step / 6.4)], "small")
    yield f'<path class="axis" d="M8 42H{wide - 8}"/>'


def _columns(query: str) -> list[str]:
    """What a query shows: the fields that it takes, or what its statistics leave."""
    commands = [command.strip() for command in query.split("|")]
    statistics = [command for command in commands if command.startswith("stats ")]
    if statistics:
        numbers, _, groups = statistics[-1].removeprefix("stats ").rpartition(" by ")
        return [*groups.split(", "), *re.findall(r" as (\w+)", numbers)]
    [fields] = [command.removeprefix("fields ") for command in commands if command.startswith("fields ")]
    return [each.strip().rpartition(" as ")[2] for each in re.split(r", (?![^(]*\))", fields)]


def _graph(metrics: list[list[Any]], wide: int, high: int) -> Iterator[str]:
    left, top, bottom = 36, 26, high - 26
    step = (wide - left - 44) / (_POINTS - 1)
    series = [_sample(metric) for metric in metrics]
    for side in ("left", "right"):
        chosen = [index for index, metric in enumerate(metrics) if metric[-1].get("yAxis", "left") == side]
        highest = max((max(series[index]) for index in chosen), default=0) or 1
        for index in chosen:
            points = " ".join(
                f"{left + place * step:.1f},{bottom - value / highest * (bottom - top):.1f}"
                for place, value in enumerate(series[index])
            )
            color = metrics[index][-1].get("color") or _PALETTE[index % len(_PALETTE)]
            yield f'<polyline fill="none" stroke="{color}" stroke-width="1.5" points="{points}"/>'
        if chosen:
            x, anchor = (left - 4, "end") if side == "left" else (wide - 40, "start")
            yield _text(x, top + 4, f"{highest:,.0f}", "small", anchor)
            yield _text(x, bottom + 3, "0", "small", anchor)
    yield f'<path class="axis" d="M{left} {bottom}H{wide - 44}"/>'
    x = float(left)
    for index, metric in enumerate(metrics):
        color = metric[-1].get("color") or _PALETTE[index % len(_PALETTE)]
        label = metric[-1].get("label", "")
        yield f'<rect x="{x:.1f}" y="{high - 16}" width="8" height="8" fill="{color}"/>'
        yield _text(x + 12, high - 8, label, "small")
        x += 22 + 4.7 * len(label)


def _sample(metric: list[Any]) -> list[float]:
    """Made-up values of a metric: three executions, the last of which fails for some of its jobs."""
    name = str(metric[1]).rpartition("-")[2] if isinstance(metric[0], str) else "Cost"
    return [_VALUES.get(name, lambda _: 0.0)(place) for place in range(_POINTS)]


def _burst(place: int, *, after: int, size: float) -> float:
    """A number that goes up and down again after each start."""
    return sum(size * math.exp(-(((place - start - after) / 2.2) ** 2)) for start in _RUNS)


def _last(place: int, after: int) -> float:
    return 1.0 if place == _RUNS[-1] + after else 0.0


_VALUES = {
    "Submitted": lambda place: _burst(place, after=1, size=400),
    "Started": lambda place: _burst(place, after=2, size=320),
    "Succeeded": lambda place: _burst(place, after=5, size=300),
    "Failed": lambda place: 24 * (_last(place, 5) + _last(place, 6)),
    "Retried": lambda place: 9.0 if place in (27, 42) else 0.0,
    "FailedPercent": lambda place: 8 * (_last(place, 5) + _last(place, 6)),
    "ExecutionsSucceeded": lambda place: 1.0 if place in (12, 28) else 0.0,
    "ExecutionsFailed": lambda place: _last(place, 7),
    "Waiting": lambda place: min(100.0, _burst(place, after=2, size=140)) + (place == _POINTS - 1) * 3,
    "FrontSeconds": lambda place: _burst(place, after=3, size=340) + (place == _POINTS - 1) * 41,
    "VCpus": lambda place: min(64.0, _burst(place, after=4, size=90)) + (place == _POINTS - 1) * 6,
    "MaxVCpus": lambda _: 64.0,
    "Cost": lambda place: 5.7 * place / 2 + _burst(place, after=4, size=2),
}


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    words = f' class="{kind}"' if kind else ""
    return f'<text{words} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def main() -> None:
    """Draw it anew."""
    with tempfile.TemporaryDirectory() as directory:
        app = App(analytics_reporting=False, outdir=directory)
        MonitoredStack(app)
        FILE.write_text(drawn(body_of(app.synth().get_stack_by_name("Monitored").template)))


if __name__ == "__main__":
    main()
