"""A plan as a picture: how long each choice takes and what it costs, and the vCPUs in use over time."""

from collections.abc import Iterator
from html import escape
from typing import Final

from constructs_lib.ops.commands.display import age
from constructs_lib.ops.commands.plan_display import money
from constructs_lib.ops.planning.plan import Choice, Plan

_WIDTH: Final = 960
_LEFT: Final = 190
_RIGHT: Final = 170
_ROW: Final = 26
_TOP: Final = 44
_CURVE: Final = 180
_GAP: Final = 46
_MOST_POINTS: Final = 1_500
"""More changes than pixels cannot be seen, and would make the file large."""

_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#1f2937}.t{font-weight:600;font-size:15px}.n{fill:#6b7280}"
    ".b{fill:#93c5fd}.f{fill:#2563eb}.r{fill:#dc2626}.c{fill:#bfdbfe;stroke:#2563eb;stroke-width:1}"
    ".l{stroke:#dc2626;stroke-dasharray:5 4}.a{stroke:#9ca3af}"
    "@media (prefers-color-scheme:dark){text{fill:#e5e7eb}.n{fill:#9ca3af}.b{fill:#1d4ed8}.f{fill:#60a5fa}"
    ".c{fill:#1e3a8a;stroke:#60a5fa}}"
)


def drawn(plan: Plan) -> str:
    """Draw a plan.

    Args:
        plan: the plan.

    Returns:
        One SVG document that needs nothing else; it follows the reader's light or dark theme.
    """
    top = _TOP + _ROW * len(plan.choices) + _GAP
    height = top + _CURVE + 40
    title = f"{plan.stack}: {plan.work.items:,} items of {age(plan.work.seconds)} each in {plan.region}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        f'<text class="t" x="8" y="22">{escape(title)}</text>',
        *_choices(plan),
        *_curve(plan, top),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _choices(plan: Plan) -> Iterator[str]:
    longest = max(choice.outcome.seconds for choice in plan.choices if choice.outcome) or 1.0
    for number, choice in enumerate(plan.choices):
        y = _TOP + number * _ROW
        yield f'<text x="8" y="{y + 15}">{escape(choice.name)}</text>'
        if choice.outcome is None:
            yield f'<text class="r" x="{_LEFT}" y="{y + 15}">{escape(choice.refused or "")}</text>'
            continue
        width = max(1.0, choice.outcome.seconds / longest * (_WIDTH - _LEFT - _RIGHT))
        kind = "f" if choice is plan.choices[0] else "b"
        yield f'<rect class="{kind}" x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_ROW - 6}" rx="2"/>'
        yield f'<text x="{_LEFT + width + 6:.1f}" y="{y + 15}">{escape(_told(choice))}</text>'


def _told(choice: Choice) -> str:
    about = "~" if choice.bill.estimated else ""
    seconds = choice.outcome.seconds if choice.outcome else 0.0
    return f"{age(seconds)}, {about}${money(choice.bill.dollars)}"


def _curve(plan: Plan, top: float) -> Iterator[str]:
    """The vCPUs that jobs hold as it is, below their maximum."""
    outcome = plan.outcome
    points = outcome.curve.points()
    last = max((moment for moment, _ in points), default=1.0) or 1.0
    limit = plan.choices[0].max_vcpus
    most = max(outcome.curve.peak, limit if limit < float("inf") else 0.0, 1.0)
    base, width = top + _CURVE, _WIDTH - 70

    def at(moment: float, vcpus: float) -> tuple[float, float]:
        return 60 + moment / last * width, base - vcpus / most * _CURVE

    part = "" if outcome.simulated == 1 else ", the part that was simulated"
    yield f'<text class="t" x="8" y="{top - 14}">vCPUs that jobs hold, as it is{part}</text>'
    steps = max(1, len(points) // _MOST_POINTS)
    path = [f"M60 {base}"]
    for moment, vcpus in points[::steps]:
        x, y = at(moment, vcpus)
        path.append(f"H{x:.1f}V{y:.1f}")
    yield f'<path class="c" d="{"".join(path)}H{60 + width}V{base}Z"/>'
    if limit < float("inf"):
        _, y = at(0, limit)
        yield f'<line class="l" x1="60" x2="{60 + width}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="n" x="8" y="{y + 4:.1f}">{limit:,.0f}</text>'
    yield f'<line class="a" x1="60" x2="{60 + width}" y1="{base}" y2="{base}"/>'
    yield f'<text class="n" x="60" y="{base + 18}">0</text>'
    yield f'<text class="n" x="{60 + width}" y="{base + 18}" text-anchor="end">{escape(age(last))}</text>'
