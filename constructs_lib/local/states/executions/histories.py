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
    size = min(self._get_int_param("maxResults") or _PAGE, _PAGE)
    position = _position(self._get_param("nextToken"))
    # A token counts from the oldest event in both directions: while an execution runs, new ones come at the other end.
    if self._get_param("reverseOrder"):
        end = len(events) if position is None else min(position, len(events))
        following = max(end - size, 0)
        shown, has_more = events[following:end][::-1], following > 0
    else:
        following = (position or 0) + size
        shown, has_more = events[position or 0 : following], following < len(events)
    if self._get_param("includeExecutionData") is False:
        shown = [_without_data(event) for event in shown]
    page: dict[str, Any] = {"events": shown}
    if has_more:
        page["nextToken"] = str(following)
    return ActionResult(page)


def _without_data(event: Any) -> dict[str, Any]:
    """The same event, whose details have everything but input and output."""
    return {
        name: {key: item for key, item in value.items() if key not in _DATA} if isinstance(value, dict) else value
        for name, value in event.items()
    }


def _position(token: str | None) -> int | None:
    if token is None:
        return None
    if not token.isdecimal():
        raise InvalidToken(token)
    return int(token)
