"""The body of a dashboard: what CloudWatch refuses of it, and what it warns of.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

import json
from collections.abc import Iterator
from typing import Any, Final

KINDS: Final = frozenset({"alarm", "custom", "explorer", "log", "metric", "text"})
_WIDEST, _HIGHEST, _MOST = 24, 1000, 500
_REQUIRED: Final = {
    "alarm": ("alarms",),
    "custom": ("endpoint",),
    "explorer": ("aggregateBy", "labels", "metrics"),
    "log": ("query", "region"),
    "metric": ("region",),
    "text": ("markdown",),
}
_VIEWS: Final = {
    "log": ("bar", "pie", "stackedArea", "table", "timeSeries"),
    "metric": ("bar", "gauge", "pie", "singleValue", "table", "timeSeries"),
}

Message = dict[str, str]


class DashboardError(ValueError):
    """A body that is refused.

    Args:
        messages: what is wrong, each with where.
    """

    def __init__(self, messages: list[Message]) -> None:
        self.messages = messages
        super().__init__(
            f"The dashboard body is invalid, there are {len(messages)} validation errors: {json.dumps(messages)}"
        )


def problems(body: str) -> list[Message]:
    """What CloudWatch warns of in a body that it takes.

    Raises:
        DashboardError: it does not take it.
    """
    try:
        members = json.loads(body)
    except ValueError:
        raise DashboardError([_message("", "The field body must be valid JSON")]) from None
    if not isinstance(members, dict):
        raise DashboardError([_message("", "Should be an object")])
    if errors := list(_errors(members)):
        raise DashboardError(errors)
    return list(_warnings(members))


def _errors(members: dict[str, Any]) -> Iterator[Message]:
    widgets = members.get("widgets")
    if not isinstance(widgets, list):
        yield _message("/", "Should have required property 'widgets'")
        return
    if len(widgets) > _MOST:
        yield _message("/widgets", f"Should NOT have more than {_MOST} items")
    for number, widget in enumerate(widgets):
        path = f"/widgets/{number}"
        if not isinstance(widget, dict):
            yield _message(path, "Should be an object")
            continue
        yield from _of_widget(path, widget)


def _of_widget(path: str, widget: dict[str, Any]) -> Iterator[Message]:
    kind = widget.get("type")
    if kind not in KINDS:
        yield _message(f"{path}/type", "Should be equal to one of the allowed values")
        return
    yield from _of_place(path, widget)
    properties = widget.get("properties")
    if not isinstance(properties, dict):
        yield _message(path, "Should have required property 'properties'")
        return
    for name in _REQUIRED[kind]:
        if name not in properties:
            yield _message(f"{path}/properties", f"Should have required property '{name}'")
    if "view" in properties and kind in _VIEWS and properties["view"] not in _VIEWS[kind]:
        yield _message(f"{path}/properties/view", "Should be equal to one of the allowed values")
    if kind == "metric":
        yield from _of_metrics(f"{path}/properties", properties)


def _of_place(path: str, widget: dict[str, Any]) -> Iterator[Message]:
    for name, most in (("width", _WIDEST), ("height", _HIGHEST)):
        if name in widget and not (isinstance(widget[name], int) and 1 <= widget[name] <= most):
            yield _message(f"{path}/{name}", f"Should be an integer from 1 to {most}")
    for name in ("x", "y"):
        if name in widget and not (isinstance(widget[name], int) and widget[name] >= 0):
            yield _message(f"{path}/{name}", "Should be an integer that is not negative")


def _of_metrics(path: str, properties: dict[str, Any]) -> Iterator[Message]:
    metrics, alarms = properties.get("metrics"), properties.get("annotations", {}).get("alarms")
    if metrics is None and not alarms:
        yield _message(path, "Should have required property 'metrics'")
    for number, metric in enumerate(metrics if isinstance(metrics, list) else ()):
        where = f"{path}/metrics/{number}"
        if not isinstance(metric, list) or not metric:
            yield _message(where, "Should be an array that is not empty")
            continue
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        names = [part for part in metric if not isinstance(part, dict)]
        if "expression" in options:
            continue
        if not all(isinstance(name, str) for name in names):
            yield _message(where, "Should have texts for namespace, metric name and dimensions")
        elif len(names) < 2 or len(names) % 2:  # noqa: PLR2004 the namespace and the name
            yield _message(where, "Should have a namespace, a metric name, and a value for each dimension")


def _warnings(members: dict[str, Any]) -> Iterator[Message]:
    for number, widget in enumerate(members["widgets"]):
        if widget["type"] == "metric" and widget["properties"].get("metrics") == []:
            yield _message(f"/widgets/{number}/properties/metrics", "Should NOT have less than 1 items")


def _message(path: str, text: str) -> Message:
    return {"DataPath": path, "Message": text}
