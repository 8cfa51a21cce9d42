"""What CloudWatch takes as the body of a dashboard, as a JSON schema and what no schema says.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import re
from itertools import combinations
from typing import Any, Final

Body = dict[str, Any]

_COMMON: Final = {
    "type": {"enum": ["metric", "text", "log", "alarm"]},
    "x": {"type": "integer", "minimum": 0, "maximum": 23},
    "y": {"type": "integer", "minimum": 0},
    "width": {"type": "integer", "minimum": 1, "maximum": 24},
    "height": {"type": "integer", "minimum": 1, "maximum": 1000},
    "properties": {"type": "object"},
}


def _strict(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_AXIS: Final = _strict(
    {
        "min": {"type": "number"},
        "max": {"type": "number"},
        "label": {"type": "string"},
        "showUnits": {"type": "boolean"},
    }
)
_METRIC: Final = _strict(
    {
        "metrics": {"type": "array", "minItems": 1, "maxItems": 500, "items": {"type": "array", "minItems": 1}},
        "view": {"enum": ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"]},
        "title": {"type": "string"},
        "region": {"type": "string"},
        "stacked": {"type": "boolean"},
        "period": {"type": "integer"},
        "start": {"type": "string", "pattern": r"^-P"},
        "end": {"type": "string"},
        "yAxis": _strict({"left": _AXIS, "right": _AXIS}),
    },
    "metrics",
    "region",
)
PROPERTIES: Final = {
    "metric": _METRIC,
    "text": _strict({"markdown": {"type": "string", "minLength": 1}}, "markdown"),
    "log": _strict(
        {
            "query": {"type": "string", "maxLength": 10_000},
            "region": {"type": "string"},
            "title": {"type": "string"},
            "view": {"enum": ["table", "timeSeries", "bar", "pie"]},
        },
        "query",
        "region",
    ),
    "alarm": _strict(
        {
            "alarms": {"type": "array", "minItems": 1, "maxItems": 100, "items": {"type": "string"}},
            "title": {"type": "string"},
        },
        "alarms",
    ),
}
BODY: Final = _strict(
    {
        "start": {"type": "string", "pattern": r"^-P"},
        "widgets": {"type": "array", "maxItems": 500, "items": _strict(_COMMON, *_COMMON)},
    },
    "widgets",
)
_OPTIONS: Final = _strict(
    {
        "label": {"type": "string"},
        "color": {"type": "string", "pattern": "^#[0-9a-f]{6}$"},
        "stat": {"enum": ["Sum", "Average", "Maximum", "Minimum", "SampleCount"]},
        "period": {"type": "integer", "multipleOf": 60},
        "yAxis": {"enum": ["left", "right"]},
        "id": {"type": "string", "pattern": "^[a-z][A-Za-z0-9_]*$"},
        "visible": {"type": "boolean"},
        "expression": {"type": "string", "minLength": 1},
    }
)
_FUNCTIONS: Final = {"FILL", "RUNNING_SUM", "IF", "SUM"}


def problems(body: Body) -> list[str]:
    """What CloudWatch would not take, or would show as an error."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - most tests need it not

    found = [error.message for error in Draft202012Validator(BODY).iter_errors(body)]
    for widget in body["widgets"]:
        kind, inside = widget["type"], widget["properties"]
        found += [f"{kind}: {error.message}" for error in Draft202012Validator(PROPERTIES[kind]).iter_errors(inside)]
        for metric in inside.get("metrics", ()):
            options = metric[-1] if isinstance(metric[-1], dict) else {}
            found += [error.message for error in Draft202012Validator(_OPTIONS).iter_errors(options)]
            found += _of_metric(metric, options, inside["metrics"])
    return found + _of_places(body)


def _of_metric(metric: list[Any], options: dict[str, Any], others: list[list[Any]]) -> list[str]:
    names = [each for each in metric if isinstance(each, str)]
    if "expression" in options:
        used = set(re.findall(r"[A-Za-z_]\w*", options["expression"])) - _FUNCTIONS
        defined = {each[-1].get("id") for each in others if isinstance(each[-1], dict)}
        return [f"{name} is not defined" for name in used - defined] + ([f"names: {names}"] if names else [])
    return [] if len(names) >= 2 and len(names) % 2 == 0 else [f"no metric: {metric}"]


def _of_places(body: Body) -> list[str]:
    def cells(widget: Body) -> set[tuple[int, int]]:
        columns = range(widget["x"], widget["x"] + widget["width"])
        return {(x, y) for x in columns for y in range(widget["y"], widget["y"] + widget["height"])}

    overlaps = [
        f"{one['properties'].get('title')} lies over {other['properties'].get('title')}"
        for one, other in combinations(body["widgets"], 2)
        if cells(one) & cells(other)
    ]
    wide = [f"{each} is too wide" for each in body["widgets"] if each["x"] + each["width"] > 24]
    return overlaps + wide
