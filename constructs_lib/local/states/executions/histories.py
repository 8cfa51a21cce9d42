"""Gap: moto returns the whole history of an execution, oldest event first and with all data, whatever it is asked for.

Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidToken
from moto.stepfunctions.responses import StepFunctionResponse

from constructs_lib.local.patching import Patch

_PAGE = 1_000
"""Events in a page, at most; it is what a caller gets who does not ask for fewer (AWS: 100)."""

_DATA = {"input", "output"}


def patches() -> list[Patch]:
    """Return pages, and if so asked the newest event first, and events without input and output."""
    return [Patch(StepFunctionResponse, "get_execution_history", _page)]


def _page(self: Any) -> Any:
    history = self.stepfunction_backend.get_execution_history(self._get_param("executionArn"))
    events = history["events"]
    if self._get_param("reverseOrder"):
        events = events[::-1]
    size = min(self._get_int_param("maxResults") or _PAGE, _PAGE)
    start = _position(self._get_param("nextToken"))
    shown = events[start : start + size]
    if self._get_param("includeExecutionData") is False:
        shown = [_without_data(event) for event in shown]
    page: dict[str, Any] = {"events": shown}
    if start + size < len(events):
        page["nextToken"] = str(start + size)
    return ActionResult(page)


def _without_data(event: Any) -> dict[str, Any]:
    """The same event, whose details have everything but input and output."""
    return {
        name: {key: item for key, item in value.items() if key not in _DATA} if isinstance(value, dict) else value
        for name, value in event.items()
    }


def _position(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise InvalidToken(token)
    return int(token)
